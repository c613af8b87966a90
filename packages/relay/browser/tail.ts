/** The event log as it grows: what is shown is asked for again with what came since, and drawn where it changed. */
const LOOK_MS = 2_000;

interface Told {
  row: number;
  receivedMs: number;
  name: string;
  address: string;
  sources: string;
  ack: string;
  value: string;
  outcomes: string[];
}

const button = document.querySelector<HTMLButtonElement>("[data-tail]");
const said = document.querySelector<HTMLElement>("[data-tail-said]");
const body = document.querySelector<HTMLTableSectionElement>("[data-log]");

const cell = (row: HTMLTableRowElement, label: string, ...content: (Node | string)[]): HTMLTableCellElement => {
  const made = row.insertCell();
  made.dataset.label = label;
  made.append(...content);
  return made;
};

const draw = ({ row, receivedMs, name, address, sources, ack, value, outcomes }: Told): HTMLTableRowElement => {
  const made = document.createElement("tr");
  made.dataset.row = String(row);
  const time = document.createElement("time");
  time.dateTime = new Date(receivedMs).toISOString();
  time.textContent = new Date(receivedMs).toLocaleString([], { dateStyle: "medium", timeStyle: "medium" });
  const link = document.createElement("a");
  link.href = address;
  link.textContent = name;
  cell(made, "Received", time);
  cell(made, "Event", link);
  cell(made, "Told by", sources);
  cell(made, "Pinterest Tag", ack);
  cell(made, "Value", value).className = "number";
  const badges = outcomes.flatMap((outcome) => {
    const badge = document.createElement("span");
    badge.className = `badge outcome-${outcome.replaceAll(" ", "-")}`;
    badge.textContent = outcome;
    return [badge, " "];
  });
  cell(made, "Outcome", ...(badges.length > 0 ? badges : ["no destination then"]));
  return made;
};

/** Each switching on begins a loop of its own, and each switching off ends it, with the look that is under way. */
let loop = 0;
let isFollowing = false;
/** What is drawn, by row: one that says the same again is left alone, for the eye and for whoever reads it aloud. */
const drawn = new Map<string, string>();

const rowsOf = (): HTMLTableRowElement[] => [...(body?.rows ?? [])];
const lowest = (): number => Math.min(...rowsOf().map(({ dataset }) => Number(dataset.row)));

const look = async (mine: number): Promise<void> => {
  if (mine !== loop || !button?.dataset.tail) return;
  if (!document.hidden)
    try {
      const from = rowsOf().length > 0 ? lowest() - 1 : 0;
      const response = await fetch(`${button.dataset.tail}&after=${from}`, { headers: { Accept: "application/json" } });
      if (response.status === 401) location.reload();
      const told = response.ok ? await response.json() : undefined;
      if (told && mine === loop) show(told);
    } catch {
      // The relay may be restarting: the next look finds it.
    }
  setTimeout(() => void look(mine), LOOK_MS);
};

/** `told`: all that is to be shown, the newest first. */
const show = (told: readonly Told[]): void => {
  const known = new Map(rowsOf().map((row) => [row.dataset.row ?? "", row]));
  let count = 0;
  let place: Element | null = body?.firstElementChild ?? null;
  for (const one of told) {
    const id = String(one.row);
    const words = JSON.stringify(one);
    const old = known.get(id);
    known.delete(id);
    if (old && drawn.get(id) === words) {
      place = old.nextElementSibling;
      continue;
    }
    drawn.set(id, words);
    const row = draw(one);
    if (old) {
      // The focus stays where it was.
      const isHere = old.contains(document.activeElement);
      old.replaceWith(row);
      if (isHere) row.querySelector("a")?.focus();
      place = row.nextElementSibling;
    } else {
      body?.insertBefore(row, place);
      count += 1;
    }
  }
  for (const [id, row] of known) {
    row.remove();
    drawn.delete(id);
  }
  document.querySelector("[data-log-empty]")?.toggleAttribute("hidden", told.length > 0);
  if (count > 0 && said) said.textContent = `${count} new`;
};

if (button && body) {
  button.hidden = false;
  button.addEventListener("click", () => {
    isFollowing = !isFollowing;
    loop += 1;
    button.setAttribute("aria-pressed", String(isFollowing));
    if (said) said.textContent = isFollowing ? "Following: what comes appears on top" : "";
    if (isFollowing) void look(loop);
  });
}

export {};
