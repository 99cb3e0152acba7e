/*
 * The name of a stream, as it stands in addresses: `[vhost!]element[/element…]`, 1 to 8 elements of
 * letters, digits, dot, underscore and hyphen, at most 200 bytes. The case of elements is kept; a vhost is
 * a host name and becomes lower case.
 */

const MAX_ELEMENTS = 8;
const MAX_BYTES = 200;
const ELEMENT = /^[A-Za-z0-9._-]+$/;

export type NameResult = { ok: true; name: string } | { ok: false; reason: string };

/** Checks a name that is already percent-decoded; slashes at its ends are dropped. */
export function parseStreamName(text: string): NameResult {
  const name = text.replace(/^\/+|\/+$/g, '');
  if (name === '') return { ok: false, reason: 'The address names no stream.' };
  if (name.length > MAX_BYTES) {
    return { ok: false, reason: `A stream name has at most ${MAX_BYTES} characters.` };
  }
  const mark = name.indexOf('!');
  const vhost = mark < 0 ? null : name.slice(0, mark);
  const elements = name.slice(mark + 1).split('/');
  if (elements.length > MAX_ELEMENTS) {
    return { ok: false, reason: `A stream name has at most ${MAX_ELEMENTS} parts.` };
  }
  const parts = vhost === null ? elements : [vhost, ...elements];
  const bad = parts.find((part) => !ELEMENT.test(part) || part === '.' || part === '..');
  if (bad !== undefined) {
    return {
      ok: false,
      reason: 'A stream name consists of letters, digits, “.”, “_” and “-”, with “/” between its parts.',
    };
  }
  return { ok: true, name: vhost === null ? name : `${vhost.toLowerCase()}!${elements.join('/')}` };
}

/**
 * The stream that a page's address asks for: `/player/{stream}`, or `?stream={stream}` on the other
 * pages. The path wins where both are there.
 */
export function streamOfAddress(pathname: string, query: URLSearchParams): NameResult {
  const inPath = /^\/player\/(.+)$/.exec(pathname)?.[1];
  if (inPath === undefined) return parseStreamName(query.get('stream') ?? '');
  let decoded: string;
  try {
    decoded = decodeURIComponent(inPath); // once: what is still encoded then is no name
  } catch {
    return { ok: false, reason: 'The address holds a broken percent sign.' };
  }
  return parseStreamName(decoded);
}

/** The name as part of a path; slashes stay, `!` may stand in a path as it is. */
export function pathOf(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}
