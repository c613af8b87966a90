/** Small pieces that several pages are made of. */
import {
  type ComponentChild,
  type ComponentChildren,
  cloneElement,
  isValidElement,
  toChildArray,
  type VNode,
} from "preact";
import type { Outcome } from "../core/outcome.ts";
import type { Session } from "./visit.ts";

/** A moment: in UTC for who has no script, in the viewer's zone once `house.js` has run. */
export const Time = ({ ms }: { ms: number }) => {
  const iso = new Date(ms).toISOString();
  return (
    <time dateTime={iso} data-zone="viewer">
      {iso.slice(0, 19).replace("T", " ")} UTC
    </time>
  );
};

/** A form that changes something. Each one carries the word that proves it is ours. */
export const Form = (props: { session: Session; action: string; children: ComponentChildren; class?: string }) => (
  <form method="post" action={`/admin${props.action}`} class={props.class}>
    <input type="hidden" name="csrf" value={props.session.csrf} />
    {props.children}
  </form>
);

export const Card = (props: { title: string; children: ComponentChildren; id?: string; wide?: boolean }) => (
  <section class={props.wide ? "card wide" : "card"} id={props.id}>
    <h2>{props.title}</h2>
    {props.children}
  </section>
);

interface FieldProps {
  label: string;
  /** ID of the input. */
  name: string;
  hint?: string;
  problem?: string | undefined;
  children: ComponentChildren;
}

/** One input with its name, what it is for in one line, and what was wrong with it: the input says both when it has focus. */
export const Field = ({ label, name, hint, problem, children }: FieldProps) => {
  const described = [...(hint ? [`${name}-hint`] : []), ...(problem ? [`${name}-problem`] : [])].join(" ");
  const says = { "aria-describedby": described || undefined, "aria-invalid": problem ? "true" : undefined };
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {hint ? (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      ) : null}
      {toChildArray(children).map((child) => (isInput(child) ? cloneElement(child, says) : child))}
      {problem ? (
        <p class="problem" id={`${name}-problem`} role="alert">
          {problem}
        </p>
      ) : null}
    </div>
  );
};

const isInput = (child: ComponentChild): child is VNode =>
  isValidElement(child) && (child.type === "input" || child.type === "select" || child.type === "textarea");

/** What stands where there is nothing yet: why, and what to do about it. */
export const Empty = ({ title, children }: { title: string; children: ComponentChildren }) => (
  <div class="empty">
    <p class="empty-title">{title}</p>
    {children}
  </div>
);

export const OutcomeBadge = ({ outcome }: { outcome: Outcome | "waiting" }) => (
  <span class={`badge outcome-${outcome.replaceAll(" ", "-")}`}>{outcome}</span>
);

/** Figures line up: right-aligned, tabular digits. */
export const Count = ({ of }: { of: number }) => <span class="number">{of.toLocaleString("en-US")}</span>;

/** What may be wider than a phone: it scrolls by itself, also by keyboard. */
export const Scroll = ({ label, children }: { label: string; children: ComponentChildren }) => (
  <section class="scroll" aria-label={label} tabindex={0}>
    {children}
  </section>
);
