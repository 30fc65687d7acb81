/** Opens a closed select at an arrow key, which by itself would choose the next option at once. */
export function openPicker(event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  event.preventDefault();
  // Safe cast: only selects have this listener.
  (event.currentTarget as HTMLSelectElement).showPicker();
}
