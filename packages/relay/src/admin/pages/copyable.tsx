/** Text to be copied, with a button that does it where scripts run. */
export const Copyable = ({ id, children, label }: { id: string; children: string; label: string }) => (
  <div class="copyable">
    <pre id={id}>{children}</pre>
    <button type="button" class="quiet" data-copies={id}>
      {label}
    </button>
  </div>
);
