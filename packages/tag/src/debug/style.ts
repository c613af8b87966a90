/** How the panel looks. A constructed style sheet: no content policy of the page stands in its way, or lets it leak. */
export const STYLE = `
:host {
  all: initial !important;
  position: fixed !important;
  inset: auto 16px 16px auto !important;
  z-index: 2147483647 !important;
  display: block !important;
  direction: ltr !important;
  color-scheme: light dark !important;
  pointer-events: none !important;
}
.panel, .badge { pointer-events: auto; }
.frame {
  --card: #fff;
  --sunk: #f5f3f0;
  --ink: #211e1a;
  --soft: #6a645b;
  --line: #e4dfd8;
  --focus: #1d4ed8;
  --good: #17663f;
  --good-ground: #def3e6;
  --calm: #4b5565;
  --calm-ground: #ebeef2;
  --warn: #85490a;
  --warn-ground: #fdedcb;
  --bad: #a81e22;
  --bad-ground: #fce3e1;
  --text: #0b5a4a;
  --figure: #7a3b00;
  --mark: #c8102e;
  --shade: 0 18px 48px rgb(30 24 16 / 22%), 0 2px 8px rgb(30 24 16 / 12%);
  color: var(--ink);
  font: 13px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  text-align: left;
  -webkit-text-size-adjust: 100%;
}
@media (prefers-color-scheme: dark) {
  .frame {
    --card: #1f1e1c;
    --sunk: #2a2826;
    --ink: #f0ece6;
    --soft: #aaa399;
    --line: #3b3834;
    --focus: #93b4ff;
    --good: #83dcae;
    --good-ground: #16372a;
    --calm: #bcc6d4;
    --calm-ground: #2d343e;
    --warn: #f5c86e;
    --warn-ground: #3f2f12;
    --bad: #ffa29b;
    --bad-ground: #4b2120;
    --text: #8fd9c4;
    --figure: #f0b98a;
    --mark: #ff6174;
    --shade: 0 18px 48px rgb(0 0 0 / 55%), 0 0 0 1px rgb(255 255 255 / 6%);
  }
}
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
h2, p, dl, dd, ol, ul, pre, table { margin: 0; padding: 0; }
ol { list-style: none; }
.said {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
.icon {
  display: block;
  width: 16px;
  height: 16px;
  flex: none;
  fill: none;
  stroke: currentColor;
  stroke-width: 1.6;
  stroke-linecap: round;
  stroke-linejoin: round;
}
button {
  margin: 0;
  border: 0;
  background: none;
  color: inherit;
  font: inherit;
  letter-spacing: inherit;
  text-align: inherit;
  cursor: pointer;
  touch-action: manipulation;
}
:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }

.panel {
  display: flex;
  flex-direction: column;
  width: 408px;
  max-height: min(680px, calc(100vh - 32px));
  overflow: hidden;
  border: 1px solid var(--line);
  border-radius: 14px;
  background: var(--card);
  box-shadow: var(--shade);
}
.bar {
  display: flex;
  flex: none;
  align-items: center;
  gap: 8px;
  padding: 8px 8px 8px 14px;
}
.bar h2 {
  flex: 1;
  font-size: 14px;
  font-weight: 650;
  letter-spacing: -0.005em;
}
.bar h2 span { color: var(--soft); font-weight: 400; }
.mark { width: 18px; height: 18px; color: var(--mark); }
.bar button, .copy {
  display: grid;
  place-items: center;
  width: 32px;
  height: 32px;
  border-radius: 8px;
  color: var(--soft);
}
.bar button:hover, .copy:hover { background: var(--sunk); color: var(--ink); }
.tools {
  display: flex;
  flex: none;
  align-items: center;
  gap: 6px;
  padding: 6px 8px 6px 14px;
  border-block: 1px solid var(--line);
  background: var(--sunk);
}
.count { flex: 1; color: var(--soft); font-variant-numeric: tabular-nums; }
.tools button {
  padding: 4px 10px;
  border: 1px solid var(--line);
  border-radius: 7px;
  background: var(--card);
  font-size: 12px;
  font-weight: 550;
}
.tools button:hover { border-color: var(--soft); }

.facts { flex: 0 1 auto; min-height: 32px; overflow: auto; padding: 0 14px 10px; }
.facts summary {
  display: flex;
  align-items: center;
  gap: 6px;
  margin-left: -2px;
  border-radius: 6px;
  cursor: pointer;
  list-style: none;
}
.facts summary::-webkit-details-marker { display: none; }
.facts summary .down, .event .down { width: 14px; height: 14px; color: var(--soft); transition: transform 0.12s; }
.facts:not([open]) summary .down, .toggle[aria-expanded="false"] .down { transform: rotate(-90deg); }
.facts summary span { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.facts summary::before, .pill::before, .badge::before {
  content: "";
  flex: none;
  width: 7px;
  height: 7px;
  border-radius: 50%;
  background: currentColor;
}
.facts summary::before { order: 1; color: var(--tone); }
.facts summary span { order: 2; }
.facts dl {
  display: grid;
  grid-template-columns: 1fr 1fr;
  gap: 6px 16px;
  padding-top: 8px;
}
.facts dt, .details dt, .details h3 {
  margin: 0;
  color: var(--soft);
  font-size: 11px;
  font-weight: 500;
}
.facts dd { line-height: 1.35; overflow-wrap: anywhere; }
.notice {
  flex: none;
  padding: 9px 14px;
  border-top: 1px solid var(--line);
  background: var(--warn-ground);
  color: var(--warn);
}

.log {
  flex: 1;
  min-height: 96px;
  overflow: auto;
  overscroll-behavior: contain;
  scrollbar-width: thin;
}
.empty { padding: 28px 32px 32px; color: var(--soft); text-align: center; }
.empty strong { display: block; margin-bottom: 2px; color: var(--ink); font-weight: 600; }
.event { position: relative; border-bottom: 1px solid var(--line); }
.head { position: relative; padding: 9px 14px 10px; }
.head:hover { background: var(--sunk); }
.line { display: flex; align-items: center; gap: 8px; }
.toggle {
  display: flex;
  flex: 1;
  align-items: center;
  gap: 6px;
  min-width: 0;
  margin-left: -3px;
  padding: 0;
  font-weight: 620;
}
.toggle::after { content: ""; position: absolute; inset: 0; }
.toggle:focus-visible { outline: 0; }
.toggle:focus-visible::after { outline: 2px solid var(--focus); outline-offset: -2px; border-radius: 4px; }
.name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.whose:empty, .worth:empty { display: none; }
.whose { flex: none; color: var(--soft); font-size: 12px; }
.worth { flex: none; max-width: 45%; overflow: hidden; text-overflow: ellipsis; font-variant-numeric: tabular-nums; white-space: nowrap; }
.where { color: var(--soft); font-size: 12px; }
.where time { flex: none; font-variant-numeric: tabular-nums; }
.where span { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.id code { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--soft); }
code, .tree {
  font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
  font-size: 11.5px;
}
.id { gap: 2px; }
.copy { position: relative; z-index: 1; width: 24px; height: 22px; margin: -1px 0; border-radius: 6px; }
.done { color: var(--good); }
.copy .icon { width: 14px; height: 14px; }
.pills { display: flex; flex-wrap: wrap; gap: 5px; padding-top: 6px; }
.pill {
  display: inline-flex;
  align-items: center;
  gap: 5px;
  padding: 1px 8px 1px 7px;
  border-radius: 99px;
  background: var(--tone-ground);
  color: var(--tone);
  font-size: 11.5px;
  font-weight: 550;
  white-space: nowrap;
}
.fault { padding-top: 6px; color: var(--tone); font-size: 12px; overflow-wrap: anywhere; }
.good { --tone: var(--good); --tone-ground: var(--good-ground); }
.calm { --tone: var(--calm); --tone-ground: var(--calm-ground); }
.warn { --tone: var(--warn); --tone-ground: var(--warn-ground); }
.bad { --tone: var(--bad); --tone-ground: var(--bad-ground); }

.details { display: grid; gap: 12px; padding: 4px 14px 14px; overflow-wrap: anywhere; }
.details h3 { padding-bottom: 3px; }
.details dl { display: grid; grid-template-columns: 84px minmax(0, 1fr); gap: 7px 10px; }
.details dt { padding-top: 2px; }
.details p { color: var(--soft); }
.details table { width: 100%; border-collapse: collapse; font-size: 12px; }
.details th { color: var(--soft); font-size: 11px; font-weight: 500; text-align: left; }
.details th, .details td { padding: 3px 8px 3px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.details th:first-child { width: 94px; white-space: nowrap; }
.details tr:last-child > * { border-bottom: 0; }
.details .differs { color: var(--bad); font-weight: 600; }
.tree {
  padding: 8px 10px;
  border-radius: 8px;
  background: var(--sunk);
  line-height: 1.55;
  white-space: pre-wrap;
}
.tree .key { color: var(--soft); }
.tree .text { color: var(--text); }
.tree .figure { color: var(--figure); }
.tree .masked { color: var(--soft); font-style: italic; }

.badge {
  display: flex;
  align-items: center;
  gap: 8px;
  min-height: 40px;
  padding: 0 16px 0 14px;
  border: 1px solid var(--line);
  border-radius: 99px;
  background: var(--card);
  box-shadow: var(--shade);
  font-weight: 600;
}
.badge::before { color: var(--tone); }
.badge .mark { color: inherit; }
.badge .count { color: var(--soft); font-weight: 500; }

@media (max-width: 480px) {
  :host { inset: auto 0 0 0 !important; }
  .panel {
    width: 100%;
    max-height: min(62vh, 520px);
    max-height: min(62dvh, 520px);
    padding-bottom: env(safe-area-inset-bottom);
    border-width: 1px 0 0;
    border-radius: 14px 14px 0 0;
  }
  .bar button { width: 40px; height: 40px; }
  .tools button { min-height: 32px; }
  .copy { width: 32px; height: 28px; margin: -4px 0; }
  .badge { margin: 0 12px calc(12px + env(safe-area-inset-bottom)) auto; }
}
@media (prefers-reduced-motion: no-preference) {
  .event.new { animation: come 1.2s ease-out; }
  @keyframes come { from { background: var(--good-ground); } }
}
@media print { :host { display: none !important; } }
`;
