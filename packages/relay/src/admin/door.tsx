/** The door: logging in and out, and a password of one's own. */
import { Field, Form } from "./parts.tsx";
import { hashed, isPassword, PASSWORD_LENGTH } from "./password.ts";
import type { Page, PageAnswer } from "./visit.ts";

/** Where somebody goes who is logged in; anything but a path of the dashboard is no place to go. */
export const placeAfter = (next: string | null): string =>
  next && next.length <= 2_000 && /^\/[\w\-./~%?=&+:]*$/.test(next) && !next.startsWith("//") && !next.includes("..")
    ? next
    : "/";

export interface Knock {
  next: string;
  problem?: string;
  status?: number;
}

/** Without a session, so without a CSRF word: who sends it from another site is told by what browsers say of that. */
export const loginPage = ({ next, problem, status = 200 }: Knock): PageAnswer => ({
  title: "Log in",
  status,
  page: (
    <form method="post" action="/admin/login" class="card narrow">
      <input type="hidden" name="next" value={next} />
      <Field label="Password" name="password" problem={problem}>
        <input id="password" type="password" name="password" autocomplete="current-password" required />
      </Field>
      <button type="submit">Log in</button>
      <p class="hint">
        The first one is printed where the relay was started. A lost one is replaced by <code>ADMIN_PASSWORD</code>.
      </p>
    </form>
  ),
});

/** Where the cookie would go over a network in the clear. */
export const insecurePage = (): PageAnswer => ({
  title: "This address is not encrypted",
  status: 403,
  page: (
    <div class="card narrow">
      <p>
        The dashboard opens over HTTPS, or on the machine itself by <code>http://localhost</code>. Put the relay behind
        a proxy that speaks HTTPS and set <code>TRUST_PROXY</code>, or reach it by
        <code>ssh -L 8080:localhost:8080</code>.
      </p>
    </div>
  ),
});

export const passwordPage: Page = async ({ house, session }) =>
  house.hasGivenPassword ? givenPassword() : ownPassword(session, (await house.store.operator())?.isOneTime ?? false);

export const changePassword: Page = async ({ house, session, form, nowMs, audit }) => {
  if (house.hasGivenPassword) return { ...givenPassword(), status: 422 };
  const kept = await house.store.operator();
  const isFirst = kept?.isOneTime ?? false;
  const password = form.get("password") ?? "";
  const problem =
    password.length < PASSWORD_LENGTH
      ? { password: `Use ${PASSWORD_LENGTH} characters or more: a few words do.` }
      : password !== form.get("again")
        ? { again: "The two are not the same." }
        : (await isPassword(password, kept?.password))
          ? { password: "This is the password as it is now." }
          : !isFirst && !(await isPassword(form.get("current") ?? "", kept?.password))
            ? { current: "This is not the password." }
            : undefined;
  if (problem) return { ...ownPassword(session, isFirst, problem), status: 422 };
  await audit("changed the password");
  await house.store.saveOperator({ password: await hashed(password), isOneTime: false }, nowMs);
  return { to: "/", said: "The password is changed.", renews: true };
};

/** What is chosen here would last until a relay starts, and then the one that was to go would be valid again. */
const givenPassword = (): PageAnswer => ({
  title: "Password",
  lead: "It is set by ADMIN_PASSWORD, and changed there.",
  page: (
    <div class="card narrow">
      <p>
        Set another where the relay runs, and start the relay anew: all sessions end then. To choose one here, start it
        without <code>ADMIN_PASSWORD</code>.
      </p>
    </div>
  ),
});

type Problems = Partial<Record<"password" | "again" | "current", string>>;

const ownPassword = (session: Parameters<typeof Form>[0]["session"], isFirst: boolean, problems: Problems = {}) => ({
  title: isFirst ? "Choose a password" : "Change the password",
  lead: isFirst ? "The one that was printed was for this alone. Yours is kept as a hash." : "All other sessions end.",
  page: (
    <Form session={session} action="/password" class="card narrow">
      {isFirst ? null : (
        <Field label="Password as it is now" name="current" problem={problems.current}>
          <input id="current" type="password" name="current" autocomplete="current-password" required />
        </Field>
      )}
      <Field
        label="New password"
        name="password"
        hint={`${PASSWORD_LENGTH} characters or more`}
        problem={problems.password}
      >
        <input
          id="password"
          type="password"
          name="password"
          autocomplete="new-password"
          minlength={PASSWORD_LENGTH}
          required
        />
      </Field>
      <Field label="Once more" name="again" problem={problems.again}>
        <input id="again" type="password" name="again" autocomplete="new-password" required />
      </Field>
      <button type="submit">Save</button>
    </Form>
  ),
});
