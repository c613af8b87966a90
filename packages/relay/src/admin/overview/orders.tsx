/** Orders of the period, by currency: what was bought, and what came back. */
import type { OrderSum } from "../../store/reads.ts";
import { money } from "../money.ts";
import { Card, Scroll } from "../parts.tsx";
import { count } from "./words.ts";

export const netOf = ({ gross, cancelledSum, refundedSum }: OrderSum): number => gross - cancelledSum - refundedSum;

export const OrdersCard = ({ orders, path }: { orders: readonly OrderSum[]; path: string }) => (
  <Card title="Orders">
    <p class="hint">
      As the shop's server told them, else the browser: their whole price, by when they came in. Refunds count by when
      they were made.
    </p>
    {orders.length === 0 ? (
      <p class="quietly">No order in this period.</p>
    ) : (
      <Scroll label="Orders by currency">
        <table class="sums">
          <thead>
            <tr>
              <th scope="col">
                <span class="unseen">What</span>
              </th>
              {orders.map(({ currency }) => (
                <>
                  <th key={`${currency} n`} scope="col" class="number">
                    Count
                  </th>
                  <th key={currency} scope="col" class="number">
                    {currency}
                  </th>
                </>
              ))}
            </tr>
          </thead>
          <tbody>
            <SumRow label="Gross" orders={orders} n={(sum) => sum.orders} amount={(sum) => sum.gross} />
            <SumRow
              label="Cancelled"
              orders={orders}
              n={(sum) => sum.cancelled}
              amount={(sum) => 0 - sum.cancelledSum}
            />
            <SumRow label="Refunded" orders={orders} n={(sum) => sum.refunds} amount={(sum) => 0 - sum.refundedSum} />
            <SumRow label="Net" orders={orders} n={(sum) => sum.orders - sum.cancelled} amount={netOf} isTotal />
          </tbody>
        </table>
      </Scroll>
    )}
    <p class="hint">
      Pinterest takes no conversion back: what was cancelled before it was sent is withdrawn, later it is noted here
      alone. <a href={`${path}/events?event=Placed+Order`}>Orders in the log</a>
    </p>
  </Card>
);

interface SumRowProps {
  label: string;
  orders: readonly OrderSum[];
  n(sum: OrderSum): number;
  amount(sum: OrderSum): number;
  isTotal?: boolean;
}

const SumRow = ({ label, orders, n, amount, isTotal }: SumRowProps) => (
  <tr class={isTotal ? "total" : undefined}>
    <th scope="row">{label}</th>
    {orders.map((sum) => (
      <>
        <td key={`${sum.currency} n`} class="number base">
          {count(n(sum))}
        </td>
        <td key={sum.currency} class="number">
          {money(amount(sum) + 0, sum.currency)}
        </td>
      </>
    ))}
  </tr>
);
