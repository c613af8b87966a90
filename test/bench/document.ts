/** docs/performance.md and its plots, made of a result alone. Pure: the same result gives the same bytes. */
import { barOf, isMet, limitOf, WHY_MISSED } from "./bars.ts";
import { PLOTS, plotsOf, SHARES_FILE } from "./plots.ts";
import type { PartName, PartResult, Result } from "./result.ts";
import type { Row } from "./row.ts";
import { cellOf, columnOf, figureOf } from "./words.ts";

interface Chapter {
  heading: string;
  words: string;
}

const CHAPTERS: Record<PartName, Chapter> = {
  tag: {
    heading: "What a page pays",
    words:
      "Bytes are of the files as a relay serves them, with a live shop's settings. Main thread: pages with each build of the tag and without any take turns in one browser, traced while they load, which costs something too; milliseconds of processor time, but the longest run by the clock. Requests: what a call of the page's own `fetch` or XMLHttpRequest takes longer once the second file hears it, above stand-ins that answer at once.",
  },
  accept: {
    heading: "Taking events in",
    words:
      "A relay on SQLite that validates, deduplicates and answers only when all is on the disk, against servers that read the same body, parse it and keep nothing. Stock Express is `express.json()` and a 204; the best bare Express is the same without the header and the change of prototypes that cost it most on Node before 24. The relay of the bars has no ad account yet; the one that delivers along has one, and sends all it takes to what acts as Pinterest on the same machine. All take turns, each of which begins with a while that does not count. Requests/s depend on who else uses the machine, since the client does; the processor time that a request takes of the server does so less.",
  },
  latency: {
    heading: "How long an answer takes",
    words:
      "Requests are due at a fixed rate, whether or not those before are answered, over 64 connections. Time counts from when a request was due, so a pause of the server counts for all that were due in it.",
  },
  flatness: {
    heading: "With a full ledger",
    words:
      'Ledgers on SQLite as a shop\'s month leaves them, small and large, all open at once and told new events in turns. "64 events at a time" is as many requests at once, which share a commit. A commit ends with an fsync, which most of it is where one event comes alone.',
  },
  mapping: {
    heading: "From an event to Pinterest's payload",
    words:
      "In process, without any store: an event with nine pieces of personal data in the clear becomes the bytes that Pinterest is sent. The floor is what nobody can do without: nine SHA-256 hashes, and JSON of a payload that is there already.",
  },
  drain: {
    heading: "Out to Pinterest",
    words:
      "Pinterest is acted by a process of its own. For the backlog that process counts what came and judges nothing; for the poison and the time on the way it judges each event as Pinterest's specification says.",
  },
  postgres: {
    heading: "On PostgreSQL",
    words:
      "PostgreSQL runs on the same machine, with fsync, and shares its cores with relays and client. All take turns.",
  },
  memory: {
    heading: "Memory",
    words:
      "A relay that takes in 70 % of what it can, delivers along and purges what is old. `npm run test:soak` is the same for half an hour on either store.",
  },
  suite: {
    heading: "The tests themselves",
    words: "In a fresh clone, with the browser and PostgreSQL that npm brings.",
  },
};

/** All files, by their path within docs/. */
export const performanceDocument = (result: Result): Record<string, string> => ({
  "performance.md": page(result),
  ...Object.fromEntries(Object.entries(plotsOf(result)).map(([file, text]) => [`images/${file}`, text])),
});

const page = (result: Result): string =>
  `${[
    "# What Pinrelay does on one machine, measured",
    "<!-- Made from performance.json by `npm run bench -- --write`: change nothing here. -->",
    "`npm run bench` measures all of this anew, `npm run bench -- --quick` in under two minutes with less of it. Everything that is compared took turns in one run; figures are medians of the rounds, in brackets the least and the most of them. Machines differ, and disks more so: what carries over to another one is the ratios.",
    machine(result),
    "## The bars",
    "What Pinrelay set itself, and what was measured. A bar that is missed says so.",
    bars(result),
    ...whyMissed(result),
    `![How far each bar is met](images/${SHARES_FILE})`,
    ...result.parts.flatMap(chapter),
  ].join("\n\n")}\n`;

const machine = ({ machine: { processor, cores, memoryGiB, kernel, node, disk } }: Result): string =>
  table(
    ["", "the machine"],
    [
      ["processor", `${cores} × ${processor}`],
      ["memory", `${memoryGiB} GiB`],
      ["kernel", kernel],
      ["Node", node],
      ["disk", disk],
    ],
  );

const commandOf = (part: PartName, { form }: Pick<PartResult, "form">): string =>
  `npm run bench -- --only ${part}${form === "quick" ? " --quick" : ""}`;

const bars = ({ parts }: Result): string =>
  table(
    ["what", "bar", "measured", "", "where", "command"],
    parts.flatMap((one) =>
      one.rows.flatMap((row) => {
        if (!row.bar) return [];
        const { what, unit } = barOf(row.bar);
        const measured = row.value === null ? "–" : `${figureOf(row)} ${unit}`;
        return [
          [
            what,
            `${limitOf(row.bar)} ${unit}`,
            measured,
            verdict(row),
            `${row.table}: ${row.what}`,
            `\`${commandOf(one.part, one)}\``,
          ],
        ];
      }),
    ),
  );

/** Each reason once, where a bar that it is for is missed. */
const whyMissed = ({ parts }: Result): string[] => {
  const missed = parts.flatMap(({ rows }) =>
    rows.flatMap(({ bar, value }) => (bar && value !== null && !isMet(bar, value) ? bar : [])),
  );
  return [...new Set(missed)].flatMap((bar) => {
    const why = WHY_MISSED[bar];
    return why ? [`Missed, ${barOf(bar).what}: ${why}`] : [];
  });
};

const verdict = ({ bar, value, note }: Row): string => {
  if (value === null) return `not measured: ${note ?? "nobody knows why"}`;
  return bar && isMet(bar, value) ? "met" : "**missed**";
};

function chapter(one: PartResult): string[] {
  const { heading, words } = CHAPTERS[one.part];
  const plot = PLOTS[one.part];
  const file = plot && Object.hasOwn(plotsOf({ machine: NOWHERE, parts: [one] }), plot.file) ? plot.file : undefined;
  return [
    `## ${heading}`,
    words,
    `\`\`\`sh\n${commandOf(one.part, one)}\n\`\`\``,
    circumstances(one),
    ...(one.fault ? [`It came to no end: ${one.fault}`] : []),
    ...(file && plot ? [`![${plot.title}](images/${file})`] : []),
    ...tables(one.rows),
  ];
}

const NOWHERE = { processor: "", cores: 0, memoryGiB: 0, kernel: "", node: "", disk: "" };

const circumstances = ({ at, form, seconds, before }: PartResult): string =>
  `Measured on ${at.slice(0, 10)} at ${at.slice(11, 16)} UTC in the ${form === "quick" ? "short" : "long"} form, in ${Math.round(seconds)} s. Before it an fsync of 4 KiB took ${before.fsyncMs.p50.toFixed(2)} ms (p90 ${before.fsyncMs.p90.toFixed(2)}), and the load average of the machine was ${before.loadAverage.toFixed(2)}.`;

/** Each table with its own rows and columns, in the order in which they were measured. */
function tables(rows: readonly Row[]): string[] {
  return distinct(rows.map((row) => row.table)).flatMap((name) => {
    const own = rows.filter((row) => row.table === name);
    const columns = distinct(own.map(columnOf));
    const lines = distinct(own.map(({ what }) => what)).map((what) => [
      what,
      ...columns.map((column) => {
        const row = own.find((one) => one.what === what && columnOf(one) === column);
        return row ? cellOf(row) : "";
      }),
    ]);
    const notes = distinct(own.flatMap(({ what, note }) => (note ? [`${what}: ${note}.`] : [])));
    return [`**${name}**`, table(["", ...columns], lines), ...notes];
  });
}

const distinct = (words: readonly string[]): string[] => [...new Set(words)];

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.map(escaped).join(" | ")} |`).join("\n");

const escaped = (words: string): string => words.replaceAll("|", "\\|");
