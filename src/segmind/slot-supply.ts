/** Where the moments come from in which a submit may be sent. */
export interface SlotSupply {
  /**
   * Waits for a slot, runs `use` in it, and resolves when that has ended. A throw counts as spent.
   * @throws what `use` throws, or an Error when the supply is closed before the slot is real
   */
  requestSlot(use: () => Promise<'spent' | 'unused'>): Promise<void>;
  /** Rejects the requests that wait, lets those under way end, and leaves nothing scheduled. */
  close(): void;
}
