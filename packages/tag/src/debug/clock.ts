/** Times as a person reads them beside each other, by the clock of the browser. */

const two = (figure: number): string => String(figure).padStart(2, "0");

/** "14:03:22"; of another day with its date before. */
export const clock = (ms: number, now: number): string => {
  const [date, today] = [new Date(ms), new Date(now)];
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return date.toDateString() === today.toDateString() ? time : `${day} ${time}`;
};
