import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Message, Names } from '../../sandbox/discord/index.ts';
import { fontOf, measure, place } from '../../sandbox/picture/faces.ts';
import { renderMessage } from '../../sandbox/picture/index.ts';
import { inlineRuns } from '../../sandbox/picture/inline.ts';
import { wrap } from '../../sandbox/picture/lines.ts';
import type { Style } from '../../sandbox/picture/runs.ts';

const NAMES: Names = {
  user: () => 'alice',
  role: () => 'artists',
  channel: () => 'art',
  nowMs: 1_700_000_000_000,
};
const STYLE: Style = { face: 'regular', size: 14, colour: '#ffffff' };

function messageOf(parts: Partial<Message>): Message {
  return {
    id: '1',
    channelId: '2',
    author: { id: '3', username: 'timeless', globalName: 'Timeless', bot: true },
    createdAtMs: 0,
    content: '',
    embeds: [],
    components: [],
    attachments: [],
    embedded: [],
    flags: 0,
    thinking: false,
    deleted: false,
    edits: 0,
    history: [],
    mentions: [],
    ...parts,
  };
}

const draw = (parts: Partial<Message>) => renderMessage(messageOf(parts), { names: NAMES });

async function fileOf(filename: string, contentType: string, colour: string, width = 400, height = 300) {
  const bytes = await sharp({ create: { width, height, channels: 3, background: colour } })
    .png()
    .toBuffer();
  return {
    id: filename,
    filename,
    size: bytes.length,
    bytes,
    spoiler: false,
    contentType,
    url: `http://x/${filename}`,
  };
}

/** How many pixels of a drawing have this colour, within a little. */
async function count(png: Buffer, [red, green, blue]: readonly [number, number, number]): Promise<number> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  let found = 0;
  for (let at = 0; at < data.length; at += info.channels) {
    const isNear = [red, green, blue].every((value, index) => Math.abs((data[at + index] ?? 0) - value) <= 3);
    if (isNear) found += 1;
  }
  return found;
}

describe('the marks of a text', () => {
  const plain = (source: string) =>
    inlineRuns(source, STYLE, NAMES)
      .map(({ text }) => text)
      .join('');

  it.each([
    ['**bold** and *slanted*', 'bold and slanted'],
    ['***both***', 'both'],
    ['__under__ ~~through~~', 'under through'],
    ['a `code **x**` b', 'a code **x** b'],
    ['\\*not bold\\* \\_ \\`', '*not bold* _ `'],
    ['snake_case_word', 'snake_case_word'],
    ['2 * 3 * 4', '2 * 3 * 4'],
    ['<@111111111111111111> <@&1> <#1>', '@alice @artists #art'],
    ['<t:1700000300:R>', 'in 5 minutes'],
    ['<t:1699992800:R>', '2 hours ago'],
    ['<t:1792540800:f>', '21 October 2026 at 00:00'],
    ['[a link](https://example.com/a_b_c) <https://x.y>', 'a link https://x.y'],
    ['</timeless-config view:123456789012345678>', '/timeless-config view'],
    ['**open', '**open'],
    ['<not a mention>', '<not a mention>'],
  ])('%j reads %j', (source, expected) => {
    expect(plain(source)).toBe(expected);
  });

  it('change the face, and hide what is behind a spoiler bar', () => {
    const faces = inlineRuns('a **b *c*** `d` ||**e**||', STYLE, NAMES).map(({ text, style }) => [
      text,
      style.face,
      style.hidden ?? false,
    ]);
    expect(faces).toEqual([
      ['a ', 'regular', false],
      ['b ', 'bold', false],
      ['c', 'boldItalic', false],
      [' ', 'regular', false],
      ['d', 'mono', false],
      [' ', 'regular', false],
      ['e', 'bold', true],
    ]);
  });

  it('give back any text whose signs are all escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (source) => {
        expect(plain(source.replace(/[!-/:-@[-`{-~]/g, '\\$&'))).toBe(source);
      }),
    );
  });
});

describe('lines', () => {
  it('are never wider than their room and lose nothing but the spaces at their ends', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.integer({ min: 40, max: 400 }),
        (source, width) => {
          const lines = wrap([{ text: source, style: STYLE }], width);
          for (const line of lines) expect(line.width).toBeLessThanOrEqual(width);
          const shown = lines.flatMap(({ runs }) => runs.map(({ text }) => text)).join('');
          expect(shown.replace(/\s/g, '')).toBe(source.replace(/\s/g, ''));
        },
      ),
    );
  });

  it('break between words and at line feeds', () => {
    const texts = wrap([{ text: 'one two\nthree', style: STYLE }], measure('one tw', 'regular', 14));
    expect(
      texts.map(({ runs }) =>
        runs
          .map(({ text }) => text)
          .join('')
          .trim(),
      ),
    ).toEqual(['one', 'two', 'three']);
  });
});

describe('the fonts', () => {
  it('have a glyph with an outline for each letter, and give another face’s where one lacks it', () => {
    for (const face of ['regular', 'bold', 'italic', 'boldItalic', 'mono'] as const) {
      for (const letter of 'AgÄйΩ5→×·…') {
        const { glyph, face: from } = place(letter, face);
        const font = fontOf(from);
        expect(
          font.glyphs
            .get(glyph ?? 0)
            .getPath(0, 0, font.unitsPerEm)
            .toPathData(1),
        ).toMatch(/^M-?\d/);
      }
    }
    expect(place('漢', 'regular').glyph).toBeUndefined();
    expect(place('\u200b', 'regular').width).toBe(0);
  });

  it('say how wide a text is', () => {
    expect(measure('ii', 'mono', 10)).toBe(measure('WW', 'mono', 10));
    expect(measure('ii', 'regular', 10)).toBeLessThan(measure('WW', 'regular', 10));
  });
});

describe('the picture of a message', () => {
  it('is 700 px wide at twice the size, and the same for the same message', async () => {
    const [one, two] = [await draw({ content: 'hello' }), await draw({ content: 'hello' })];
    expect(await sharp(one).metadata()).toMatchObject({ format: 'png', width: 1400 });
    expect(one.equals(two)).toBe(true);
    expect(one.equals(await draw({ content: 'hallo' }))).toBe(false);
  });

  it('grows with its text', async () => {
    const heightOf = async (content: string) => (await sharp(await draw({ content })).metadata()).height;
    expect(await heightOf('many words '.repeat(100))).toBeGreaterThan((await heightOf('few words')) + 200);
  });

  it('shows the bar of an embed in its colour, and buttons in theirs', async () => {
    const png = await draw({
      embeds: [{ title: 'x', color: 0xff8800, fields: [{ name: 'a', value: 'b', inline: true }] }],
      components: [
        {
          type: 1,
          components: [
            { type: 2, style: 3, custom_id: 'a', label: 'Yes' },
            { type: 2, style: 4, custom_id: 'b', label: 'No' },
          ],
        },
      ],
    });
    expect(await count(png, [255, 136, 0])).toBeGreaterThan(500);
    expect(await count(png, [36, 128, 70])).toBeGreaterThan(1_000);
    expect(await count(png, [218, 55, 60])).toBeGreaterThan(1_000);
  });

  it('puts inline fields side by side, up to three', async () => {
    const heightWith = async (fields: number, inline: boolean) => {
      const list = Array.from({ length: fields }, (_, index) => ({ name: `${index}`, value: 'x', inline }));
      return (await sharp(await draw({ embeds: [{ fields: list }] })).metadata()).height;
    };
    expect(await heightWith(3, true)).toBe(await heightWith(1, true));
    expect(await heightWith(4, true)).toBeGreaterThan(await heightWith(3, true));
    expect(await heightWith(3, false)).toBeGreaterThan(await heightWith(3, true));
  });

  it('shows attached pictures, and those of embeds, scaled; a card for another file', async () => {
    const [red, green] = [await fileOf('a.png', 'image/png', '#ff0000'), await fileOf('b.png', 'image/png', '#00ff00')];
    const alone = await draw({ attachments: [red] });
    // 400 by 300 px at twice the size, but for the corners.
    expect(await count(alone, [255, 0, 0])).toBeGreaterThan(400 * 300 * 0.95);
    const both = await draw({
      attachments: [red, await fileOf('d.png', 'image/png', '#0000ff', 3_000, 1_000)],
      embedded: [green],
      embeds: [{ image: { url: green.url } }],
    });
    for (const colour of [
      [255, 0, 0],
      [0, 0, 255],
      [0, 255, 0],
    ] as const) {
      expect(await count(both, colour)).toBeGreaterThan(50_000);
    }
    const csv = await draw({ attachments: [{ ...red, filename: 'usage.csv', contentType: 'text/csv' }] });
    expect(await count(csv, [255, 0, 0])).toBe(0);
    expect(await count(csv, [0, 168, 252])).toBeGreaterThan(100);
  });

  it('says of an ephemeral message that nobody else sees it', async () => {
    const [open, hidden] = [await draw({ content: 'x' }), await draw({ content: 'x', ephemeralFor: '1' })];
    const heights = await Promise.all([open, hidden].map(async (png) => (await sharp(png).metadata()).height));
    expect(heights[1]).toBeGreaterThanOrEqual(heights[0] ?? 0);
    expect([await count(open, [0, 168, 252]), await count(hidden, [0, 168, 252])]).toEqual([0, expect.any(Number)]);
    expect(await count(hidden, [0, 168, 252])).toBeGreaterThan(100);
  });

  it('reads alike with a bare and with an escaped sign, and differs with the mark', async () => {
    const [escaped, bold, bare] = await Promise.all(
      ['\\*\\*a\\*\\*', '**a**', 'a'].map((content) => draw({ content })),
    );
    expect(escaped?.equals(bold ?? Buffer.alloc(0))).toBe(false);
    expect(bold?.equals(bare ?? Buffer.alloc(0))).toBe(false);
  });

  it.each([
    ['thinking', { thinking: true }],
    ['deleted', { deleted: true }],
    ['a member’s', { author: { id: '1', username: 'bob', globalName: 'Bob', bot: false }, content: 'hi' }],
    ['the answer to a command', { referencedInteraction: { id: '1', userId: '2', name: 'timeless' }, content: 'hi' }],
    ['a select', { components: [{ type: 1, components: [{ type: 6, custom_id: 'a', placeholder: 'Whom?' }] }] }],
    ['blocks', { content: '# Title\n> quote\n- item\n1. one\n-# small\n```ts\ncode\n```\n\nend' }],
    ['signs without a glyph', { content: '漢字 🗑️' }],
  ] as const)('draws %s', async (_, parts) => {
    // The literal types of the table are narrower than a message's.
    const png = await draw(parts as unknown as Partial<Message>);
    expect((await sharp(png).metadata()).width).toBe(1400);
    expect(png.equals(await draw({}))).toBe(false);
  });
});
