export interface DecodedText {
  readonly text: string;
  readonly isUtf16: boolean;
}

/** The text of a file that a person saved: UTF-8, or UTF-16 as some Windows programs write it, with or without a byte order mark. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const encoding = findEncoding(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  // PowerShell's `>>` appends UTF-16 to a UTF-8 file, which leaves a zero after each letter.
  return { text: text.replaceAll('\0', ''), isUtf16: encoding !== 'utf-8' || text.includes('\0') };
}

function findEncoding(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  // Settings are mostly ASCII, which UTF-16 encodes as a zero and the letter.
  const zeros = { even: 0, odd: 0 };
  for (const [index, byte] of bytes.entries()) {
    if (byte === 0) zeros[index % 2 === 0 ? 'even' : 'odd'] += 1;
  }
  const most = bytes.length / 4;
  if (zeros.odd > most) return zeros.even > most ? 'utf-8' : 'utf-16le';
  return zeros.even > most ? 'utf-16be' : 'utf-8';
}
