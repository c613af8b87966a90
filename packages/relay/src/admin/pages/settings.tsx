/** Settings of a shop: each explained in one line where it is set, and every change run dry before it is saved. */

import { PRESETS } from "../../presets.ts";
import { GROUPS, SETTING_WORDS, type SettingWords } from "../../setting-words.ts";
import { settingText } from "../../settings.ts";
import { exported } from "../../settings-file.ts";
import { draftIn } from "../change.ts";
import type { Problems } from "../changes.ts";
import { Card, Field, Form } from "../parts.tsx";
import type { Answer, Page, ShopVisit } from "../visit.ts";

export const settingsPage: Page<ShopVisit> = (visit) => settingsForm(visit);

/** `typed`: what was sent and refused. */
export const settingsForm = (visit: ShopVisit, typed: Record<string, string> = {}, problems: Problems = {}): Answer => {
  const { shop, session } = visit;
  const base = `/shops/${shop.key}/settings`;
  const value = (name: string): string => typed[name] ?? settingText(shop.settings, name);
  return {
    title: "Settings",
    lead: "Every change is tried on the last thousand events and orders first. Pages follow within a minute of saving.",
    status: Object.keys(problems).length > 0 ? 422 : 200,
    page: (
      <>
        <p class="row">
          {draftIn(visit).destinations.map(({ id, name }) => (
            <a key={id} class="button quiet" href={`/admin${base}/rules/${id}`}>
              Mapping and filters: {name}
            </a>
          ))}
          <a class="button quiet" href={`/admin${base}/history`}>
            History
          </a>
        </p>
        <Form session={session} action={`${base}/preview`}>
          <input type="hidden" name="form" value="settings" />
          <div class="columns">
            {GROUPS.map((group) => (
              <Card key={group} title={group}>
                {Object.entries(SETTING_WORDS)
                  .filter(([, words]) => words.group === group)
                  .map(([name, words]) => (
                    <Setting key={name} name={name} words={words} value={value(name)} problem={problems[name]} />
                  ))}
              </Card>
            ))}
          </div>
          <button type="submit">Try these changes</button>
        </Form>
        <h2 id="presets">Moving over from another tool</h2>
        <div class="grid">
          {PRESETS.map(({ name, does }) => (
            <Card key={name} title={name}>
              <p>{does}</p>
              <Form session={session} action={`${base}/preview`}>
                <input type="hidden" name="form" value="preset" />
                <input type="hidden" name="preset" value={name} />
                <button type="submit" class="quiet">
                  Try it
                </button>
              </Form>
            </Card>
          ))}
        </div>
        <Card title="As a file">
          <p>Without secrets and tokens: to be kept, compared, or taken to another relay.</p>
          <p>
            <a class="button quiet" href={`/admin${base}/export`}>
              Download
            </a>
          </p>
          <Form session={session} action={`${base}/preview`}>
            <input type="hidden" name="form" value="import" />
            <Field label="Contents of such a file" name="file" problem={problems.file}>
              <textarea
                id="file"
                name="file"
                rows={6}
                required
                aria-invalid={problems.file ? true : undefined}
                aria-describedby={problems.file ? "file-problem" : undefined}
              >
                {typed.file ?? ""}
              </textarea>
            </Field>
            <button type="submit">Try it</button>
          </Form>
        </Card>
      </>
    ),
  };
};

interface SettingProps {
  name: string;
  words: SettingWords;
  value: string;
  problem: string | undefined;
}

const Setting = ({ name, words, value, problem }: SettingProps) => (
  <Field label={words.label} name={name} hint={words.does} problem={problem}>
    {words.choices ? (
      <select id={name} name={name} aria-describedby={`${name}-hint`}>
        {words.choices.map(([choice, means]) => (
          <option key={choice} value={choice} selected={choice === value}>
            {choice === "true" || choice === "false" ? means : `${choice}: ${means}`}
          </option>
        ))}
      </select>
    ) : (
      <div class="measured">
        <input
          id={name}
          name={name}
          value={value}
          inputmode={words.unit ? "numeric" : undefined}
          class={words.unit ? "short" : undefined}
          list={words.suggested ? `${name}-suggested` : undefined}
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem ? `${name}-hint ${name}-problem` : `${name}-hint`}
        />
        {words.unit}
        {words.suggested ? (
          <datalist id={`${name}-suggested`}>
            {words.suggested.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        ) : null}
      </div>
    )}
  </Field>
);

export const exportSettings: Page<ShopVisit> = (visit) => ({
  file: `pinrelay-settings-${visit.shop.key}.json`,
  type: "application/json; charset=utf-8",
  rows: once(exported(draftIn(visit))),
});

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}
