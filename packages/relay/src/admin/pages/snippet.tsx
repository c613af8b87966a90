/** What a shop pastes into its pages. */

export const snippetOf = (relayUrl: string, key: string, isOnly: boolean): string =>
  `<script async src="${relayUrl}/tag${isOnly ? "" : `/${key}`}.js"></script>`;

/** Text to be copied, with a button that does it where scripts run. */
export const Copyable = ({ id, children, label }: { id: string; children: string; label: string }) => (
  <div class="copyable">
    <pre id={id}>{children}</pre>
    <button type="button" class="quiet" data-copies={id}>
      {label}
    </button>
  </div>
);
