/* The one thing a page sees of the maps: GeomatchMaps.open(config) draws the map whose section has config.id. */
import { Frame } from "./frame.js";
import { MatchView } from "./matches.js";
import { PlaceView } from "./place.js";
import { PodView } from "./pods.js";

const VIEWS = { pods: PodView, matches: MatchView, place: PlaceView };
const frames = {};

function open(config) {
  frames[config.id] = new Frame(config, VIEWS);
  frames[config.id].load();
}

globalThis.GeomatchMaps = { open, frames };
