const COLUMNS = 3;

interface Field {
  name: string;
  value: string;
  inline?: boolean;
}

/** Puts fields into rows as Discord's client does: up to three inline fields side by side, each other field on its own. */
export function fieldRows(fields: readonly Field[]): Field[][] {
  const rows: Field[][] = [];
  for (const field of fields) {
    const last = rows.at(-1);
    const hasRoom = last !== undefined && last.length < COLUMNS && last.every(({ inline }) => inline === true);
    if (field.inline && hasRoom) last.push(field);
    else rows.push([field]);
  }
  return rows;
}
