/** The release time in seconds, after which most of the attenuation is gone. */
const RELEASE = 0.2;

/**
 * Creates a limiter that keeps planar stereo within full scale, in place, with state across calls: mixed-down channels
 * add up, and a file of floating-point samples may hold anything, even NaN.
 */
export function createLimiter(rate: number): (data: Float32Array) => void {
  const release = 1 - Math.exp(-1 / (RELEASE * rate));
  let gain = 1;
  return (data) => {
    const frames = data.length / 2;
    for (let i = 0; i < frames; i++) {
      const [left, right] = [finite(data[i]), finite(data[frames + i])];
      const peak = Math.max(Math.abs(left), Math.abs(right));
      gain += (1 - gain) * release;
      if (peak * gain > 1) gain = 1 / peak;
      data[i] = left * gain;
      data[frames + i] = right * gain;
    }
  };
}

function finite(value = 0): number {
  return Number.isNaN(value) ? 0 : Math.max(-1e6, Math.min(1e6, value));
}
