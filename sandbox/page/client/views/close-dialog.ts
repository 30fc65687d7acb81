/** Closes the dialog around an element, or the dialog itself. Only a dialog that is closed, not removed, gives the focus back. */
export function closeDialog({ currentTarget }: Event): void {
  // Safe cast: only elements have this listener.
  (currentTarget as Element).closest('dialog')?.close();
}
