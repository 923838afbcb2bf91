/** Words with the space after them, so that the pieces joined give the text again, exactly. */
export function splitForStreaming(text: string): string[] {
  return text.match(/\S+\s*|\s+/gu) ?? [];
}
