/** The event log as it grows: asks for what came since, and puts it on top. */
const LOOK_MS = 2_000;
const MOST_ROWS = 200;

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
const body = document.querySelector<HTMLElement>("[data-newest]");

const cell = (row: HTMLTableRowElement, ...content: (Node | string)[]): HTMLTableCellElement => {
  const made = row.insertCell();
  made.append(...content);
  return made;
};

const draw = ({ receivedMs, name, address, sources, ack, value, outcomes }: Told): HTMLTableRowElement => {
  const row = document.createElement("tr");
  const time = document.createElement("time");
  time.dateTime = new Date(receivedMs).toISOString();
  time.textContent = new Date(receivedMs).toLocaleString([], { dateStyle: "medium", timeStyle: "medium" });
  const link = document.createElement("a");
  link.href = address;
  link.textContent = name;
  cell(row, time);
  cell(row, link);
  cell(row, sources);
  cell(row, ack);
  cell(row, value).className = "number";
  const badges = outcomes.map((outcome) => {
    const badge = document.createElement("span");
    badge.className = `badge outcome-${outcome.replaceAll(" ", "-")}`;
    badge.textContent = outcome;
    return badge;
  });
  cell(row, ...badges);
  return row;
};

let isFollowing = false;
/** By their row: what was drawn and has changed since, such as one that waited, is drawn anew. */
const drawn = new Map<number, HTMLTableRowElement>();
let newest = Number(body?.dataset.newest ?? 0);
const first = newest;

const look = async (): Promise<void> => {
  if (!isFollowing || !button?.dataset.tail) return;
  if (!document.hidden)
    try {
      const response = await fetch(`${button.dataset.tail}&after=${first}`, {
        headers: { Accept: "application/json" },
      });
      if (response.status === 401) location.reload();
      if (response.ok) add(await response.json());
    } catch {
      // The relay may be restarting: the next look finds it.
    }
  setTimeout(() => void look(), LOOK_MS);
};

const add = (rows: readonly Told[]): void => {
  let count = 0;
  for (const told of [...rows].reverse()) {
    const row = draw(told);
    const known = drawn.get(told.row);
    if (known) known.replaceWith(row);
    else if (told.row > newest) {
      body?.prepend(row);
      count += 1;
    }
    drawn.set(told.row, row);
    newest = Math.max(newest, told.row);
  }
  while (body && body.children.length > MOST_ROWS) body.lastElementChild?.remove();
  if (count > 0 && said) said.textContent = `${count} new`;
};

if (button && body) {
  button.hidden = false;
  button.addEventListener("click", () => {
    isFollowing = !isFollowing;
    button.setAttribute("aria-pressed", String(isFollowing));
    button.textContent = isFollowing ? "Stop following" : "Follow";
    if (said) said.textContent = isFollowing ? "Following: what comes appears on top" : "";
    void look();
  });
}

export {};
