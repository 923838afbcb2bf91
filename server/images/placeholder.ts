/**
 * The picture where there is no model that could draw one. It says so in its middle. Its letters are made of
 * squares, so that it looks the same on every machine, whatever fonts there are; nothing of the prompt is in
 * it.
 */
import { createHash } from 'node:crypto';
import type { PlaceholderWish } from './drawn-image.ts';

/** Rows of five squares, from the left; a letter has seven rows. */
const LETTERS: Readonly<Record<string, readonly number[]>> = {
  A: [14, 17, 17, 31, 17, 17, 17],
  C: [14, 17, 16, 16, 16, 17, 14],
  D: [30, 17, 17, 17, 17, 17, 30],
  E: [31, 16, 16, 30, 16, 16, 31],
  G: [14, 17, 16, 23, 17, 17, 15],
  H: [17, 17, 17, 31, 17, 17, 17],
  I: [14, 4, 4, 4, 4, 4, 14],
  L: [16, 16, 16, 16, 16, 16, 31],
  M: [17, 27, 21, 21, 17, 17, 17],
  N: [17, 25, 21, 19, 17, 17, 17],
  O: [14, 17, 17, 17, 17, 17, 14],
  P: [30, 17, 17, 30, 16, 16, 16],
  R: [30, 17, 17, 30, 20, 18, 17],
  S: [15, 16, 16, 14, 1, 1, 30],
  T: [31, 4, 4, 4, 4, 4, 4],
  U: [17, 17, 17, 17, 17, 17, 14],
};

export const PLACEHOLDER_LINES = ['PLACEHOLDER', 'IMAGEN DE MUESTRA'] as const;

const COLUMNS = 6;
const ROWS = 7;
const SHAPES = 9;

export function placeholderSvg(wish: PlaceholderWish): string {
  const { width, height } = wish.size;
  const next = numbersOf(wish);
  const hue = next() % 360;
  const shapes = Array.from({ length: SHAPES }, () => shape(next, hue, width, height));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    `<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1">`,
    `<stop offset="0" stop-color="${colour(hue, 55, 42)}"/>`,
    `<stop offset="1" stop-color="${colour(hue + 70, 60, 62)}"/></linearGradient></defs>`,
    `<rect width="${width}" height="${height}" fill="url(#g)"/>`,
    ...shapes,
    banner(width, height),
    '</svg>',
  ].join('');
}

function shape(next: () => number, hue: number, width: number, height: number): string {
  const x = next() % width;
  const y = next() % height;
  const size = Math.floor((Math.min(width, height) * (8 + (next() % 24))) / 100);
  const fill = `fill="${colour(hue + (next() % 160), 60, 40 + (next() % 40))}" fill-opacity="0.45"`;
  if (next() % 2 === 0) return `<circle cx="${x}" cy="${y}" r="${size}" ${fill}/>`;
  return `<rect x="${x}" y="${y}" width="${size * 2}" height="${size}" rx="${size >> 3}" ${fill}/>`;
}

/** A dark strip across the middle, with the words in it. */
function banner(width: number, height: number): string {
  const longest = Math.max(...PLACEHOLDER_LINES.map((line) => line.length)) * COLUMNS;
  const square = Math.max(1, Math.floor(Math.min((width * 0.8) / longest, height / 60)));
  const lineHeight = square * (ROWS + 4);
  const tall = lineHeight * PLACEHOLDER_LINES.length + square * 4;
  const top = Math.floor((height - tall) / 2);
  const words = PLACEHOLDER_LINES.map((line, at) => {
    const left = Math.floor((width - line.length * COLUMNS * square) / 2);
    return letters(line, left, top + square * 4 + at * lineHeight, square);
  });
  const strip = `<rect x="0" y="${top}" width="${width}" height="${tall}" fill="#101418cc"/>`;
  return `${strip}<path fill="#ffffff" d="${words.join('')}"/>`;
}

function letters(line: string, left: number, top: number, square: number): string {
  let path = '';
  for (const [at, letter] of line.split('').entries()) {
    for (const [row, bits] of (LETTERS[letter] ?? []).entries()) {
      for (let column = 0; column < COLUMNS - 1; column += 1) {
        if (((bits >> (COLUMNS - 2 - column)) & 1) === 0) continue;
        const x = left + (at * COLUMNS + column) * square;
        path += `M${x} ${top + row * square}h${square}v${square}h-${square}z`;
      }
    }
  }
  return path;
}

function colour(hue: number, saturation: number, lightness: number): string {
  return `hsl(${hue % 360},${saturation}%,${lightness}%)`;
}

/** Numbers below 2^32 that follow from the wish alone. */
function numbersOf({ prompt, style = '', size, seed, index }: PlaceholderWish): () => number {
  const wish = JSON.stringify([seed ?? [prompt, style], size.width, size.height, index]);
  let block = createHash('sha256').update(wish).digest();
  let at = 0;
  return () => {
    if (at === block.length) {
      block = createHash('sha256').update(block).digest();
      at = 0;
    }
    const value = block.readUInt32BE(at);
    at += 4;
    return value;
  };
}
