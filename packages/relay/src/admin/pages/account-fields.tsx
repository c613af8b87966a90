/** Inputs of a Pinterest account, for the first run and for the page of destinations. */
import { type AccountFields, type AccountProblems, accountHint, defaultName } from "../account-form.ts";
import { Field } from "../parts.tsx";

export const AccountInputs = (props: { fields: AccountFields; problems: AccountProblems; keepsToken?: boolean }) => {
  const { fields, problems, keepsToken } = props;
  const hint = accountHint(fields.adAccountId);
  return (
    <>
      <Field
        label="Ad account ID"
        name="adAccountId"
        hint="12 digits, in the address of Ads Manager"
        problem={problems.adAccountId}
      >
        <input
          id="adAccountId"
          name="adAccountId"
          value={fields.adAccountId}
          inputmode="numeric"
          required
          maxlength={18}
        />
        {hint ? <p class="hint">{hint}</p> : null}
      </Field>
      <Field label="Tag ID" name="tagId" hint="Ads Manager → Conversions → Tag manager" problem={problems.tagId}>
        <input id="tagId" name="tagId" value={fields.tagId} inputmode="numeric" required />
      </Field>
      <Field
        label="Conversion access token"
        name="token"
        hint={
          keepsToken
            ? "Leave it empty to keep the one there is. It is never shown again."
            : "Ads Manager → Conversions → Conversion access token. Kept encrypted, never shown again."
        }
        problem={problems.token}
      >
        <input id="token" name="token" type="password" autocomplete="off" required={!keepsToken} />
      </Field>
      <Field label="Name" name="name" hint="For you alone" problem={problems.name}>
        <input id="name" name="name" value={fields.name} placeholder={defaultName("")} />
      </Field>
    </>
  );
};
