"""How long a map of 13,000 households takes: `python -m benchmarks.maps`.

Draws the demo town's streets, hills and water under households sown around its doors, opens the
page in Chromium (once as this machine is, once with the processor slowed four times) and prints
medians of several visits as the table of docs/benchmarks/maps.md.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans

from geomatch.tables import read_features, read_table
from maps.data import Ground, Household, PodMapData
from maps.elements import map_parts, pod_map
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.map_pages import Site, running

TOWN = Path(__file__).resolve().parent.parent / "fixtures" / "town"
LAYERS = ("streets", "water", "landuse", "contours", "buildings", "barriers", "boundary")

# Milliseconds from a call until the browser has painted what it changed.
MEASURE = """
async (what) => {
  const frame = Object.values(GeomatchMaps.frames)[0];
  const settled = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const acts = {
    choose: (i) => frame.view.choosePod((i * 37) % frame.view.model.pods.length),
    filter: (i) => frame.view.panel.setFilter(i % 2 ? "all" : "loose"),
    zoom: (i) => frame.map.setZoom(i % 2 ? 14 : 13, { animate: false }),
    pan: (i) => frame.map.panBy([i % 2 ? 300 : -300, 0], { animate: false }),
    search: () => {
      const box = document.querySelector(".gm-search-input");
      box.value = "12999 s";
      box.dispatchEvent(new Event("input"));
    },
  };
  const times = [];
  for (let i = 0; i < 9; i++) {
    const from = performance.now();
    acts[what](i);
    await settled();
    times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b)[4];
}
"""
ACTS = {
    "choose": "choose a pod",
    "filter": "filter",
    "zoom": "zoom and redraw",
    "pan": "move and redraw",
    "search": "a letter in the search box",
}


def sown(n: int, n_pods: int, seed: int = 0) -> PodMapData:
    """Households around the doors of the demo town, in pods of neighbours."""
    rng = np.random.default_rng(seed)
    doors = read_table(TOWN / "gazetteer.csv", needed=()).points()
    points = doors[rng.integers(len(doors), size=n)] + rng.normal(0, 4e-4, (n, 2)) * (2, 1)
    labels = KMeans(n_pods, n_init=1, max_iter=5, random_state=seed).fit_predict(points * (1, 2))
    homes = [
        Household(lon, lat, f"{i} Sown Street", int(pod) + 1 if i % 97 else None, people=2)
        for i, ((lon, lat), pod) in enumerate(zip(points.tolist(), labels, strict=True))
    ]
    ground = Ground(**{name: read_features(TOWN / f"{name}.geojson") for name in LAYERS})
    return PodMapData(homes, ground=ground, title="Sown town")


def visit(page, url: str) -> dict[str, float]:
    """Milliseconds from the start of navigation to the drawn map, and of each act."""
    page.goto(url)
    page.wait_for_selector(".gm-map[data-drawn]", timeout=120_000)
    drawn = page.evaluate(
        "performance.getEntriesByType('mark').find((m) => m.name.startsWith('gm-drawn')).startTime"
    )
    return {"drawn": drawn} | {act: page.evaluate(MEASURE, act) for act in ACTS}


def main() -> None:
    """Build, visit, print."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=13_000)
    parser.add_argument("--visits", type=int, default=5)
    options = parser.parse_args()

    data = sown(options.households, options.households // 13)
    started = time.process_time()
    drawn = pod_map(data)
    built = time.process_time() - started
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "map.html"
        drawn.save(str(file))
        megabytes = file.stat().st_size / 1e6
    print(f"payload {built:.1f} s of processor time, exported file {megabytes:.1f} MB\n")

    site = Site(pages={"map": map_parts(pod_map(data, urls=("/data.json", "/ground.json")))})
    site.json = {f"/{name}.json": payload for name, payload in drawn.payloads.items()}
    print("| processor | first map, ms | " + " | ".join(f"{t}, ms" for t in ACTS.values()) + " |")
    print("|---|" + "---|" * (1 + len(ACTS)))
    with running(site), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, slower in (("this machine's", 1), ("four times slower", 4)):
            rows = []
            for _ in range(options.visits):
                context = browser.new_context(viewport={"width": 1366, "height": 768})
                page = context.new_page()
                context.new_cdp_session(page).send(
                    "Emulation.setCPUThrottlingRate", {"rate": slower}
                )
                rows.append(visit(page, f"{site.url}/map/"))
                context.close()
            medians = [statistics.median(row[key] for row in rows) for key in rows[0]]
            print(f"| {name} | " + " | ".join(f"{m:.0f}" for m in medians) + " |")
        browser.close()


if __name__ == "__main__":
    main()
