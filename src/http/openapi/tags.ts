/** The description of each group of endpoints, in the order of the table of contents. */
const TAGS = {
  Assets: "Images, videos, sound and documents: imported or uploaded, checked, stored and served.",
  Jobs: "From a brief and assets to an approved storyboard and its video.",
  Scenes: "The scenes of a job's storyboard.",
  Events: "Events as they happen.",
  Clients: "The companies that ads are made for.",
  Campaigns: "The goals of a client, with their ads.",
  Access: "API keys and their scopes.",
  Operations: "For operators: at the root, without the envelope.",
  Documentation: "This document, and the page that shows it.",
} as const;

/** Returns the Tag Objects of the tags that are used. */
export function describeTags(used: ReadonlySet<string>): { name: string; description: string }[] {
  return Object.entries(TAGS)
    .filter(([name]) => used.has(name))
    .map(([name, description]) => ({ name, description }));
}
