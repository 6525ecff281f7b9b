/** The camera's view of a plate: the centre as a fraction of its size, and the zoom factor (1 = all). */
export interface View {
  x: number;
  y: number;
  zoom: number;
}

/** A slow move from one view to another. */
export interface CameraMove {
  from: View;
  to: View;
}

interface Shot {
  words: RegExp;
  /** Zoom at the start and at the end of a long scene. */
  zoom: readonly [number, number];
  /** The path of the centre, as a fraction of the room that the zoom leaves; -1 is the left or upper edge. */
  pan?: { x?: readonly [number, number]; y?: readonly [number, number] };
}

/**
 * The move of each shot, the most specific words first. Wide shots open up, close shots press in, tracking shots
 * travel; amounts are small because a still that moves fast looks like a slide show.
 */
const SHOTS: readonly Shot[] = [
  { words: /static|locked|still|tripod/i, zoom: [1, 1] },
  { words: /track|pan\b|panning|dolly|follow|lateral|travell?ing/i, zoom: [1.22, 1.22], pan: { x: [-0.9, 0.9] } },
  { words: /close|macro|detail|extreme|insert/i, zoom: [1.2, 1.34], pan: { y: [-0.2, -0.2] } },
  { words: /product|pack|hero|beauty|logo/i, zoom: [1.03, 1.17] },
  { words: /aerial|drone|overhead|bird|top.?down/i, zoom: [1.18, 1.06], pan: { y: [0.7, -0.7] } },
  { words: /tilt|crane|low.?angle/i, zoom: [1.18, 1.18], pan: { y: [0.8, -0.8] } },
  { words: /wide|establish|long|full|landscape|scenic/i, zoom: [1.16, 1.02], pan: { x: [-0.3, 0.3] } },
];

const MEDIUM: Shot = { words: /medium/i, zoom: [1.02, 1.13] };

/** Seconds of a shot's full move; a shorter scene makes a part of it, at the same calm pace. */
const FULL_MOVE_SECONDS = 4;

/**
 * Returns the camera's move over a scene.
 *
 * @param shotType free text; an unknown one is a medium shot
 * @param options.seconds duration of the picture
 * @param options.mirrored reverses sideways moves, so that two tracking shots in a row differ
 */
export function cameraMove(shotType: string, options: { seconds: number; mirrored?: boolean }): CameraMove {
  const shot = SHOTS.find(({ words }) => words.test(shotType)) ?? MEDIUM;
  const part = Math.min(1, Math.max(0.25, options.seconds / FULL_MOVE_SECONDS));
  const sign = options.mirrored ? -1 : 1;
  const [x0, x1] = shot.pan?.x ?? [0, 0];
  const [y0, y1] = shot.pan?.y ?? [0, 0];
  const view = (at: number): View => {
    const zoom = between(shot.zoom, at);
    const room = (1 - 1 / zoom) / 2;
    return { x: 0.5 + sign * between([x0, x1], at) * room, y: 0.5 + between([y0, y1], at) * room, zoom };
  };
  // A shortened move keeps the middle of the full one, which has the framing of the shot.
  return { from: view((1 - part) / 2), to: view((1 + part) / 2) };
}

/**
 * Returns the view at a relative time of a move, 0 to 1; zoom is interpolated as a ratio, which looks like constant
 * speed.
 */
export function viewAt({ from, to }: CameraMove, moment: number): View {
  const at = Math.min(1, Math.max(0, moment));
  const zoom = from.zoom * (to.zoom / from.zoom) ** at;
  // The centre moves within the room that this zoom leaves, so the view never leaves the plate.
  const room = (1 - 1 / zoom) / 2;
  const keep = (value: number): number => Math.min(0.5 + room, Math.max(0.5 - room, value));
  return { x: keep(between([from.x, to.x], at)), y: keep(between([from.y, to.y], at)), zoom };
}

/** Returns a move of half the amount, between wider views. */
export function calmed(move: CameraMove): CameraMove {
  return amplified(move, 0.5);
}

/** Returns a move of a multiple of its amount, between wider or closer views. */
export function amplified({ from, to }: CameraMove, amount: number): CameraMove {
  const change = ({ x, y, zoom }: View): View => {
    const other = 1 + (zoom - 1) * amount;
    // The centre has another room to travel in, too.
    const part = zoom > 1 ? (1 - 1 / other) / (1 - 1 / zoom) : 1;
    return { x: 0.5 + (x - 0.5) * part, y: 0.5 + (y - 0.5) * part, zoom: other };
  };
  return { from: change(from), to: change(to) };
}

/** Returns a move whose views are centred on a point of the plate, as far as its edges allow. */
export function aimed({ from, to }: CameraMove, { x, y }: { x: number; y: number }): CameraMove {
  const aim = (view: View): View => ({ ...view, x: view.x + x - 0.5, y: view.y + y - 0.5 });
  return { from: aim(from), to: aim(to) };
}

/**
 * Returns the position in a move at a relative time, 0 to 1.
 *
 * @param ease 0 for constant speed, 1 for a soft start and end
 */
export function eased(moment: number, ease: number): number {
  const at = Math.min(1, Math.max(0, moment));
  return at + (at * at * (3 - 2 * at) - at) * ease;
}

/** Returns the closest zoom of a move: a plate of this many times the frame stays sharp throughout. */
export function closestZoom({ from, to }: CameraMove): number {
  return Math.max(from.zoom, to.zoom);
}

function between([from, to]: readonly [number, number], at: number): number {
  return from + (to - from) * at;
}
