/** Runs on every page of the dashboard: times in the viewer's zone, copy buttons. */

for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-zone="viewer"]')) {
  const at = new Date(time.dateTime);
  time.title = time.dateTime;
  time.textContent = at.toLocaleString([], { dateStyle: "medium", timeStyle: "medium" });
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
