import type { Canvas } from "@napi-rs/canvas";
import type { Box, Size } from "../layout.ts";

/** A position as fractions of the width and the height. */
export interface Point {
  x: number;
  y: number;
}

/** The parts of a picture that draw the eye. */
export interface Subject {
  /** The box of the subject, as fractions of the picture. */
  readonly box: Box;
  /** Returns the share of the subject, 0 to 1, that lies in a box given as fractions. */
  covered(part: Box): number;
}

/** The radius of the subject around a focus that a person set, as a share of the shorter side. */
const RADIUS = 0.2;
/** The width of the prior for the middle of the frame, as a share of each side: ads show their subject there. */
const MIDDLE = 0.34;
/** The multiple of the mean from which a pixel belongs to the subject. */
const SALIENT = 1.8;

/**
 * Finds the subject of a small picture: around the focus that a person set, else the parts whose colour differs from
 * the whole (frequency-tuned saliency; Achanta et al., 2009), those in the middle first.
 */
export function subjectOf(sample: Canvas, focus?: Point): Subject {
  const { width, height } = sample;
  const weights = focus ? around(focus, sample) : salience(sample);
  const total = Math.max(1e-9, sum(weights));
  const box = boxOf(weights, sample, total);
  return {
    box,
    covered(part) {
      const [x0, y0] = [Math.max(0, Math.floor(part.x * width)), Math.max(0, Math.floor(part.y * height))];
      const x1 = Math.min(width, Math.ceil((part.x + part.width) * width));
      const y1 = Math.min(height, Math.ceil((part.y + part.height) * height));
      let inside = 0;
      for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) inside += weights[y * width + x] ?? 0;
      return inside / total;
    },
  };
}

function around({ x, y }: Point, { width, height }: Size): Float64Array {
  const radius = RADIUS * Math.min(width, height);
  return Float64Array.from({ length: width * height }, (_, i) => {
    const away = Math.hypot((i % width) + 0.5 - x * width, Math.floor(i / width) + 0.5 - y * height);
    return Math.max(0, 1 - away / radius);
  });
}

function salience(sample: Canvas): Float64Array {
  const { width, height } = sample;
  const { data } = sample.getContext("2d").getImageData(0, 0, width, height);
  const count = width * height;
  // Light and two opponent colours, which is near enough to Lab.
  const features = Array.from({ length: count }, (_, i) => {
    const [r = 0, g = 0, b = 0] = [data[4 * i], data[4 * i + 1], data[4 * i + 2]];
    return [0.3 * r + 0.59 * g + 0.11 * b, r - g, (r + g) / 2 - b] as const;
  });
  const mean = [0, 1, 2].map((at) => features.reduce((all, feature) => all + (feature[at] ?? 0), 0) / count);
  const raw = Float64Array.from(features, (feature, i) => {
    const away = Math.hypot(...feature.map((value, at) => value - (mean[at] ?? 0)));
    const [dx, dy] = [((i % width) + 0.5) / width - 0.5, (Math.floor(i / width) + 0.5) / height - 0.48];
    return away * Math.exp(-(dx * dx + dy * dy) / (2 * MIDDLE * MIDDLE));
  });
  const least = (SALIENT * sum(raw)) / count;
  return raw.map((value) => (value >= least ? value : 0));
}

/** Returns the box that holds all but a tenth of the weight on each side. */
function boxOf(weights: Float64Array, { width, height }: Size, total: number): Box {
  const columns = new Float64Array(width);
  const rows = new Float64Array(height);
  weights.forEach((weight, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    columns[x] = (columns[x] ?? 0) + weight;
    rows[y] = (rows[y] ?? 0) + weight;
  });
  const [left, right] = span(columns, total);
  const [top, bottom] = span(rows, total);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function span(line: Float64Array, total: number): [number, number] {
  const edge = (values: Float64Array): number => {
    let passed = 0;
    return values.findIndex((value) => {
      passed += value;
      return passed > total * 0.05;
    });
  };
  return [Math.max(0, edge(line)) / line.length, 1 - Math.max(0, edge(line.toReversed())) / line.length];
}

function sum(values: Float64Array): number {
  return values.reduce((all, value) => all + value, 0);
}
