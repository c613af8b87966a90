/** Inputs of a Pinterest account, for the first run and for the page of destinations. */
import { type AccountFields, type AccountProblems, accountHint, defaultName } from "../account-form.ts";
import { Field } from "../parts.tsx";

interface AccountInputsProps {
  /** Sets the IDs of the inputs apart, where a page has several such forms. */
  of: string;
  fields: AccountFields;
  problems: AccountProblems;
  keepsToken?: boolean;
}

export const AccountInputs = ({ of, fields, problems, keepsToken }: AccountInputsProps) => {
  const hint = accountHint(fields.adAccountId);
  const id = (name: keyof AccountFields): string => `${of}-${name}`;
  return (
    <>
      <Field
        label="Ad account ID"
        name={id("adAccountId")}
        hint="12 digits as a rule, 18 at most: it is in the address of Ads Manager"
        problem={problems.adAccountId}
      >
        <input
          id={id("adAccountId")}
          name="adAccountId"
          value={fields.adAccountId}
          inputmode="numeric"
          autocomplete="off"
          required
          maxlength={18}
        />
        {hint ? <p class="hint">{hint}</p> : null}
      </Field>
      <Field label="Tag ID" name={id("tagId")} hint="Ads Manager → Conversions → Tag manager" problem={problems.tagId}>
        <input id={id("tagId")} name="tagId" value={fields.tagId} inputmode="numeric" autocomplete="off" required />
      </Field>
      <Field
        label="Conversion access token"
        name={id("token")}
        hint={
          keepsToken
            ? "Leave it empty to keep the one there is. It is never shown again."
            : "Ads Manager → Conversions → Conversion access token. Kept encrypted, never shown again."
        }
        problem={problems.token}
      >
        <input id={id("token")} name="token" type="password" autocomplete="off" required={!keepsToken} />
      </Field>
      <Field label="Name" name={id("name")} hint="For you alone: it can be left empty" problem={problems.name}>
        <input id={id("name")} name="name" value={fields.name} placeholder={defaultName("")} autocomplete="off" />
      </Field>
    </>
  );
};
