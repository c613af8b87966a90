/** The first run's last step: looks for the first event, and draws the page anew once something has come. */
const waiting = document.querySelector<HTMLElement>("[data-heard]");
const LOOK_MS = 2_000;

const look = async (address: string, last: string): Promise<void> => {
  let now = last;
  if (!document.hidden)
    try {
      const response = await fetch(address, { headers: { Accept: "application/json" } });
      if (response.ok) now = await response.text();
    } catch {
      // The relay may be restarting: the next look finds it.
    }
  if (now !== last) location.reload();
  else setTimeout(() => void look(address, now), LOOK_MS);
};

// What the page itself says: something may have come between its making and the first look.
if (waiting?.dataset.heard && waiting.dataset.says) void look(waiting.dataset.heard, waiting.dataset.says);

export {};
