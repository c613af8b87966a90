/** Who changed which settings, when, and a way back. */
import { Card, Empty, Form, Time } from "../parts.tsx";
import type { Page, ShopVisit } from "../visit.ts";
import { Differences, HISTORY } from "./preview.tsx";

export const historyPage: Page<ShopVisit> = async ({ house, shop, session }) => {
  const changes = await house.store.changes(shop.id, HISTORY);
  return {
    title: "History of settings",
    lead: "The newest first. Secrets are told by their end. Going back changes no secret, no token and no state.",
    page:
      changes.length === 0 ? (
        <Empty title="Nothing was changed yet">
          <p>Each change is kept here, with who made it and how all stood before.</p>
        </Empty>
      ) : (
        <div>
          {changes.map(({ row, atMs, by, differences }) => (
            <Card key={row} title={`By the ${by}`}>
              <p>
                <Time ms={atMs} />
              </p>
              <Differences of={differences} label={`Differences ${row}`} />
              <Form session={session} action={`/shops/${shop.key}/settings/preview`}>
                <input type="hidden" name="form" value="back" />
                <input type="hidden" name="change" value={row} />
                <button type="submit" class="quiet">
                  Go back to before this
                </button>
              </Form>
            </Card>
          ))}
        </div>
      ),
  };
};
