/** Runs on every page of the dashboard: times in the viewer's zone, read and typed; copy buttons. */

for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-zone="viewer"]')) {
  const at = new Date(time.dateTime);
  time.title = time.dateTime;
  time.textContent = at.toLocaleString([], { dateStyle: "medium", timeStyle: "medium" });
}

const pad = (n: number): string => String(n).padStart(2, "0");
const localOf = (at: Date): string =>
  `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T${pad(at.getHours())}:${pad(at.getMinutes())}`;

for (const input of document.querySelectorAll<HTMLInputElement>("input[data-utc]")) {
  if (!input.form) continue;
  // What is sent is a field of its own, in UTC: the one that is typed in has no name any more.
  const sent = document.createElement("input");
  sent.type = "hidden";
  sent.name = input.name;
  input.after(sent);
  input.removeAttribute("name");
  if (input.value) input.value = localOf(new Date(`${input.value}Z`));
  document.querySelector(`[data-utc-label="${input.id}"]`)?.remove();
  input.form.addEventListener("submit", () => {
    sent.value = input.value ? new Date(input.value).toISOString() : "";
  });
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copies]") : null;
  const source = button && document.getElementById(button.dataset.copies ?? "");
  if (!button || !source) return;
  void navigator.clipboard.writeText(source.textContent ?? "").then(() => {
    button.textContent = "Copied";
  });
});

export {};
