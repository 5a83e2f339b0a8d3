/* Buttons on the map: zoom, show everything, where am I, full screen; and the scale. */
import { h, icon } from "./dom.js";

function button(picture, label, click) {
  return h(
    "button",
    { type: "button", class: "gm-button", "aria-label": label, title: label, on: { click } },
    icon(picture),
  );
}

export function addControls(frame) {
  const { map, words } = frame;
  const whole =
    document.fullscreenEnabled &&
    button("wide", words.fullScreen, () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else frame.section.requestFullscreen();
    });
  const group = (...buttons) => h("div", { class: "gm-buttons", role: "group" }, buttons.filter(Boolean));
  const box = h(
    "div",
    { class: "gm-tools" },
    group(
      button("plus", words.zoomIn, () => map.zoomIn()),
      button("minus", words.zoomOut, () => map.zoomOut()),
    ),
    group(
      button("whole", words.reset, () => frame.showAll()),
      "geolocation" in navigator && button("here", words.locate, () => locate(frame)),
      whole,
    ),
  );
  if (whole) {
    document.addEventListener("fullscreenchange", () => {
      const label = document.fullscreenElement ? words.leaveFullScreen : words.fullScreen;
      whole.setAttribute("aria-label", label);
      whole.title = label;
      map.invalidateSize();
    });
  }
  L.DomEvent.disableClickPropagation(box);
  frame.stage.append(box);
  L.control
    .scale({
      position: "bottomleft",
      metric: frame.config.units !== "imperial",
      imperial: frame.config.units !== "metric",
      maxWidth: 110,
    })
    .addTo(map);
}

/* Only when asked: the device's place goes nowhere but onto this map. */
function locate(frame) {
  navigator.geolocation.getCurrentPosition(
    (found) => {
      const here = [found.coords.latitude, found.coords.longitude];
      if (frame.hereMark) frame.hereMark.remove();
      frame.hereMark = L.circleMarker(here, {
        radius: 8,
        color: frame.colours.surface,
        weight: 3,
        fillColor: frame.colours.focus,
        fillOpacity: 1,
        interactive: false,
      }).addTo(frame.map);
      frame.go(here, Math.max(frame.map.getZoom(), 15.5));
      frame.say(frame.words.youAreHere);
    },
    () => frame.say(frame.words.notLocated, true),
    { timeout: 10000, maximumAge: 60000 },
  );
}
