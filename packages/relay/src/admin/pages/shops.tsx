/** All shops of a relay, one more of them, and what was done in the dashboard. */
import { randomBytes } from "node:crypto";
import { DEFAULT_SETTINGS } from "../../core/settings.ts";
import { origins } from "../../origins.ts";
import { Card, Empty, Field, Form, Scroll, Time } from "../parts.tsx";
import type { Answer, Page, Visit } from "../visit.ts";

/** Where the dashboard opens: the only shop, what it lacks, or all of them. */
export const homePage: Page = ({ house }) => {
  const [shop, ...others] = house.directory.shops();
  if (!shop || others.length > 0) return { to: "/shops" };
  const hasDestination = house.directory.destinations().length > 0;
  return { to: `/shops/${shop.key}${hasDestination && shop.origins.length > 0 ? "" : "/start"}` };
};

export const shopsPage: Page = (visit) => shown(visit);

const shown = ({ house, session }: Visit, problem?: string, typed = ""): Answer => ({
  title: "Shops",
  status: problem ? 422 : 200,
  page: (
    <>
      <Card title="Shops of this relay">
        <Scroll label="Shops of this relay">
          <table>
            <thead>
              <tr>
                <th>Shop</th>
                <th>Key</th>
                <th>Destinations</th>
              </tr>
            </thead>
            <tbody>
              {house.directory.shops().map(({ id, key, origins: own }) => (
                <tr key={key}>
                  <th scope="row">
                    <a href={`/admin/shops/${key}`}>{own[0] ?? "No address yet"}</a>
                  </th>
                  <td class="mono">{key}</td>
                  <td>
                    {house.directory
                      .destinations()
                      .filter(({ shop }) => shop === id)
                      .map(({ name, state }) => `${name} (${state})`)
                      .join(", ") || "none yet"}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </Card>
      <Card title="Add a shop">
        <Form session={session} action="/shops" class="narrow">
          <Field label="Its addresses" name="origins" hint="https://www.example.com" problem={problem}>
            <input id="origins" name="origins" value={typed} required />
          </Field>
          <button type="submit">Add</button>
        </Form>
      </Card>
    </>
  ),
});

export const addShop: Page = async (visit) => {
  const typed = visit.form.get("origins") ?? "";
  const read = origins.safeParse(typed);
  if (!read.success || read.data.length === 0)
    return shown(visit, "Write addresses without a path, such as https://www.example.com", typed);
  const key = randomBytes(6).toString("hex");
  await visit.house.store.addShop({ key, origins: read.data, settings: DEFAULT_SETTINGS });
  await visit.house.directory.refresh();
  await visit.audit("added a shop", key);
  return { to: `/shops/${key}/start`, said: "The shop is added. Its tag has an address of its own now." };
};

const AUDITED = 200;

export const auditPage: Page = async ({ house }) => {
  const entries = await house.store.audited(AUDITED);
  return {
    title: "What was done here",
    lead: `The last ${AUDITED} entries. Addresses are cut to their network.`,
    page: (
      <Card title="Audit log">
        {entries.length === 0 ? (
          <Empty title="Nothing yet">
            <p>Logins and changes are noted here.</p>
          </Empty>
        ) : (
          <Scroll label="Audit log">
            <table>
              <thead>
                <tr>
                  <th>When</th>
                  <th>What</th>
                  <th>On what</th>
                  <th>From</th>
                </tr>
              </thead>
              <tbody>
                {entries.map(({ atMs, what, subject, address }, n) => (
                  <tr key={n}>
                    <td>
                      <Time ms={atMs} />
                    </td>
                    <td>{what}</td>
                    <td>{subject ?? ""}</td>
                    <td class="mono">{address}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
      </Card>
    ),
  };
};
