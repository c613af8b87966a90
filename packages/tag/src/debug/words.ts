/**
 * The panel's words for what became of an event: what each means, and what to do. `docs/debug-panel.md` shows the same
 * tables, and a test keeps the two equal.
 */

/** How a word is shown: as all being well, as nothing to say, as something to look at, as broken. */
export type Tone = "good" | "calm" | "warn" | "bad";

type Words = Readonly<Record<string, readonly [tone: Tone, means: string, remedy: string]>>;

// biome-ignore format: a table
export const RELAY = {
  waiting:     ["calm", "The relay has not answered for it yet.", "Wait: the tag keeps it until the relay answers."],
  kept:        ["good", "The relay has it on disk.", "`npx pinrelay events` says what became of it at Pinterest."],
  duplicate:   ["good", "The relay had it already, and counts it once: a page that is left before the answer comes tells it again.", "Nothing."],
  refused:     ["bad",  "The relay did not take it; it says which field, and why.", "Mend that field where the shop publishes it or calls for the event."],
  unreachable: ["warn", "The relay did not answer, or not now; the tag keeps it and tries again.", "See that the relay runs, that its `origins` name this page's, and that neither an ad blocker nor the page's content policy stops it."],
  "not told":  ["warn", "The page told the Pinterest Tag by itself; the relay knows nothing of it.", "Remove that call from the page: Pinterest counts it beside what Pinrelay tells."],
  unknown:     ["warn", "The tag has let go of it, and this tab did not hear why: the answer came while the page was left, another tab told it, or consent was denied.", "Look for its event ID with `npx pinrelay events`."],
} as const satisfies Words;

// biome-ignore format: a table
export const PINTEREST = {
  "not told":  ["calm", "The Pinterest Tag was not called: not yet, or not for an event of this name.", "If it stays so for all events, see the Pinterest Tag at the head of the panel."],
  told:        ["calm", "The Pinterest Tag was called, and has not called back. For the base call, `page`, it never does.", "Nothing."],
  fired:       ["good", "The Pinterest Tag took it, to send it to Pinterest.", "Nothing."],
  failed:      ["bad",  "The Pinterest Tag called back that it did not take it.", "Compare the tag ID at the head of the panel with the one in Ads Manager."],
  absent:      ["warn", "The Pinterest Tag could not be loaded, or did not call back within five seconds. The relay's half counts all the same.", "Switch your ad blocker off to see both halves; a content policy must let in `s.pinimg.com` and `ct.pinterest.com`."],
} as const satisfies Words;

// biome-ignore format: a table
export const HALVES = {
  "one half":     ["calm", "Only one channel was told, or the other has not been yet.", "See the other channel's word, unless the event has no place there."],
  "halves agree": ["good", "Both halves carry the same event ID, value and content IDs: Pinterest counts the event once.", "Nothing."],
  "halves differ": ["bad", "Both halves carry the same event ID, but not the same value or content IDs: Pinterest keeps what comes first.", "Look for code in the page that calls the Pinterest Tag under this event ID."],
} as const satisfies Words;

export type RelayWord = keyof typeof RELAY;
export type PinterestWord = keyof typeof PINTEREST;
export type HalvesWord = keyof typeof HALVES;
