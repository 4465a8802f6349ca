"""Hazards from CLIMADA and Oasis files, end to end: numbers worked out here by hand, what is refused, and no trace of the
order of rows."""
import csv
import hashlib
import math
import os
import random
import sys

import h5py
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, refused, run_all, write_text

HOME = folder()
WGS84 = 'GEOGCRS["WGS 84",ENSEMBLE["World Geodetic System 1984 ensemble",MEMBER["x"]],ID["EPSG",4326]]'

# ---- CLIMADA ----

# Three events at four centroids; the second has none at the third site's centroid.
LAT, LON = [29.5, 29.5, 30.0, 30.0], [106.0, 106.5, 106.0, 106.5]
RATES, NAMES, IDS = [0.1, 0.02, 0.5], ["flood_b", "flood_a", "dry"], [7, 8, 9]
DENSE = [[1.5, 0.0, 2.0, 0.0], [0.0, 3.25, 2.5, 0.0], [0.0, 0.0, 0.0, 9.0]]
SITES = "id,lat,lon\nS1,29.51,106.01\nS2,29.5,106.49\nS3,30.0,106.0\nS4,25,100\nS5,29.52,106\n"


def texts(file, name, values):
    dataset = file.create_dataset(name, (len(values),), dtype=h5py.special_dtype(vlen=str))
    for i, value in enumerate(values):
        dataset[i] = value


def matrix(file, name, dense, shuffle=None):
    """As scipy.sparse.csr_matrix holds it; with `shuffle` the values of a row are in any order."""
    data, indices, indptr = [], [], [0]
    for row in dense:
        cells = [(c, v) for c, v in enumerate(row) if v]
        if shuffle:
            shuffle.shuffle(cells)
        indices += [c for c, _ in cells]
        data += [v for _, v in cells]
        indptr.append(len(data))
    group = file.create_group(name)
    group["data"] = np.array(data, float)
    group["indices"] = np.array(indices, np.int32)
    group["indptr"] = np.array(indptr, np.int32)
    group.attrs["shape"] = (len(dense), len(dense[0]))


def lists(file, lat=LAT, lon=LON, names=("lat", "lon"), crs="EPSG:4326"):
    """Centroids as CLIMADA up to 3 wrote them: members never set are there and empty."""
    group = file.create_group("centroids")
    for name in ("lat", "lon", "area_pixel", "on_land"):
        group[name] = np.array([], float)
    for name, values in zip(names, (lat, lon)):
        if name in group:
            del group[name]
        group[name] = np.array(values, float)
    texts(group, "crs", [crs])


def frame(file, lat=LAT, lon=LON, points=True, crs=WGS84):
    """Centroids as CLIMADA 5 and later writes them through pandas: the members that HDFStore.put makes."""
    group = file.create_group("centroids")
    items = ["geometry.x", "geometry.y"] if points else ["geometry"]
    group.attrs["pandas_type"], group.attrs["pandas_version"] = np.bytes_("frame"), np.bytes_("0.15.2")
    group.attrs["nblocks"], group.attrs["ndim"] = 2, 2
    group.attrs["metadata"] = np.bytes_(f"(dp0\nVcrs\np1\nV{crs}\np2\nsVxy_columns\np3\n(lp4\nVgeometry\np5\nas.")
    group["axis0"] = np.array(["region_id"] + items, "S10")
    group["axis1"] = np.arange(len(lat))
    group["block0_items"] = np.array(["region_id"], "S9")
    group["block0_values"] = np.ones((len(lat), 1), np.int64)
    group["block1_items"] = np.array(items, "S10")
    if points:
        group.create_dataset("block1_values", data=np.array([lon, lat]).T, chunks=True, compression="gzip", shuffle=True)
    else:
        group["block1_values"] = np.zeros(3, np.uint8)


def hazard(path, centroids=lists, change=None, shuffle=None, **place):
    with h5py.File(path, "w") as file:
        file["event_id"], file["frequency"] = np.array(IDS), np.array(RATES)
        file["date"], file["orig"] = np.array([1, 2, 3]), np.array([True, True, False])
        texts(file, "event_name", NAMES)
        for name, value in (("units", "m"), ("haz_type", "RF"), ("frequency_unit", "1/year")):
            texts(file, name, [value])
        matrix(file, "intensity", DENSE, shuffle)
        matrix(file, "fraction", [[1.0 * (v > 0) for v in row] for row in DENSE], shuffle)
        centroids(file, **place)
        if change:
            change(file)
    return path


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def values(path):
    return {(row["event"], row["place"]): float(row["intensity"]) for row in read(path)}


HAZARD = hazard(f"{HOME}/hazard.h5")
PLACES = write_text(f"{HOME}/sites.csv", SITES)
EXPECTED = {("flood_a", "S2"): 3.25, ("flood_a", "S3"): 2.5, ("flood_b", "S1"): 1.5, ("flood_b", "S3"): 2.0,
            ("flood_b", "S5"): 1.5}


def km(a, b):
    lat, lon = math.radians(a[0] - b[0]) / 2, math.radians(a[1] - b[1]) / 2
    both = math.cos(math.radians(a[0])) * math.cos(math.radians(b[0]))
    return 2 * 6371.0088 * math.asin(math.sqrt(math.sin(lat) ** 2 + both * math.sin(lon) ** 2))


def test_sites_take_their_nearest_centroid():
    out = f"{HOME}/events.csv"
    _, said = command("scenario", "import", "climada", HAZARD, "--sites", PLACES, "-o", out)
    assert values(out) == EXPECTED
    rows = read(out)
    assert [row["rate"] for row in rows] == ["0.02"] * 2 + ["0.1"] * 3
    assert {row["unit"] for row in rows} == {"m"}
    with open(HAZARD, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    assert {row["source"] for row in rows} == {f"hazard.h5 sha256:{digest[:12]}"}
    distances = [km((29.51, 106.01), (29.5, 106)), km((29.5, 106.49), (29.5, 106.5)), 0, km((29.52, 106), (29.5, 106))]
    assert "hazard RF, intensity in m, 3 events, 4 centroids" in said
    assert f"5 sites, 4 of them within 20 km of a centroid (mean {sum(distances) / 4:.2f} km, largest " \
           f"{max(distances):.2f} km)" in said, said
    assert f"left out: S4, {km((25, 100), (29.5, 106)):.1f} km from" in said
    assert "left out: events that touch no place: 1 (0.5 a year)" in said
    assert "2 events, 0.12 a year, at 4 places; 5 intensities, 1.5 to 3.25 m" in said


def test_both_layouts_and_any_order_give_the_same_file():
    plain = f"{HOME}/plain.csv"
    command("scenario", "import", "climada", HAZARD, "--sites", PLACES, "-o", plain)
    lines = SITES.splitlines()
    for i, (centroids, place) in enumerate([(frame, {}), (lists, {"names": ("latitude", "longitude")}),
                                            (lists, {"crs": "{'init': 'epsg:4326', 'no_defs': True}"})]):
        made = hazard(f"{HOME}/hazard{i}.h5", centroids, shuffle=random.Random(i), **place)
        rows = lines[1:]
        random.Random(i).shuffle(rows)
        sites = write_text(f"{HOME}/sites{i}.csv", "\n".join([lines[0], *rows]) + "\n")
        out = f"{HOME}/other{i}.csv"
        command("scenario", "import", "climada", made, "--sites", sites, "-o", out)
        drop = lambda row: {key: row[key] for key in row if key != "source"}
        assert [*map(drop, read(out))] == [*map(drop, read(plain))]


def test_sites_that_nothing_touches_stay_known():
    sites = write_text(f"{HOME}/dry.csv", "id,lat,lon\nwet,29.5,106\nsafe,29.5,106.1\nfar,29.5,108\n")
    out = f"{HOME}/dry_events.csv"

    def move(file):  # nothing at the second centroid
        for name in ("intensity", "fraction"):
            file[f"{name}/indices"][:] = [0, 2, 0, 2, 3]
    made = hazard(f"{HOME}/dry.h5", lat=[29.5, 29.5, 30, 30], lon=[106, 106.1, 107, 107.5], change=move)
    command("scenario", "import", "climada", made, "--sites", sites, "-o", out)
    assert values(out) == {("flood_a", "wet"): 3.25, ("flood_a", "safe"): 0, ("flood_b", "wet"): 1.5}


def test_events_whose_names_recur_are_called_by_their_ids():
    def rename(file):
        del file["event_name"]
        texts(file, "event_name", ["x", "x", "y"])
    out = f"{HOME}/ids.csv"
    made = hazard(f"{HOME}/ids.h5", change=rename)
    _, said = command("scenario", "import", "climada", made, "--sites", PLACES, "-o", out)
    assert {row["event"] for row in read(out)} == {"7", "8"} and "event_id" in said


def test_cells_hit_in_part_have_to_be_allowed():
    made = hazard(f"{HOME}/part.h5", change=lambda f: f["fraction/data"].__setitem__(0, 0.5))
    out = f"{HOME}/part.csv"
    refused("scenario", "import", "climada", made, "--sites", PLACES, "-o", out,
            says=["part.h5: fraction: 2 of the intensities", "--partial"])
    assert not os.path.exists(out)
    _, said = command("scenario", "import", "climada", made, "--sites", PLACES, "--partial", "-o", out)
    assert values(out) == EXPECTED and "intensities of cells that are hit only in part: 2" in said
    zeros = hazard(f"{HOME}/zeros.h5", change=lambda f: f["fraction/data"].__setitem__(slice(None), 0))
    command("scenario", "import", "climada", zeros, "--sites", PLACES)  # CLIMADA: zeros mean ones


def test_what_is_not_understood_is_refused():
    def without(name):
        return lambda file: file.__delitem__(name)

    def put(name, value):
        return lambda file: file[name].__setitem__(0, value)

    def replace(name, value):
        def change(file):
            del file[name]
            file[name] = value
        return change

    cases = [
        (without("frequency"), ["hazard.frequency: is missing"]),
        (without("intensity"), ["hazard.intensity: is missing"]),
        (replace("intensity", np.array(DENSE)), ["hazard.intensity: is a dense table", "without todense"]),
        (without("intensity/indptr"), ["intensity.indptr: is missing"]),
        (without("centroids"), ["hazard.centroids: is missing"]),
        (put("frequency", -0.1), ["hazard.frequency: event 0: -0.1; accepted: a number of 0 or more"]),
        (put("frequency", np.nan), ["hazard.frequency: event 0: nan"]),
        (put("frequency_unit", "1/week"), ["hazard.frequency_unit: is `1/week`; accepted: `1/year`"]),
        (put("intensity/data", -1), ["intensity.data: value 0, of event `flood_b`, is -1; accepted"]),
        (put("intensity/data", np.inf), ["intensity.data: value 0, of event `flood_b`, is inf"]),
        (put("intensity/indices", 4), ["intensity.indices: value 0 is 4; accepted: below 4"]),
        (put("intensity/indptr", 1), ["intensity.indptr: value 0 is 1; accepted: whole numbers"]),
        (replace("intensity/indptr", np.array([0, 2])), ["intensity.indptr: has 2 values; accepted: 4"]),
        (lambda f: f["intensity"].attrs.modify("shape", (3, 5)), ["intensity.shape: is 3 by 5; accepted: 3 events by 4"]),
        (replace("event_id", np.array([1, 1, 2])), None),
        (lambda f: (replace("event_id", np.array([1, 1, 2]))(f), put("event_name", "dry")(f)),
         ["hazard.event_id: is not a list of 3 different numbers"]),
        (put("centroids/lat", 95), ["centroids.lat: centroid 0 lies at latitude 95"]),
        (without("centroids/lon"), ["centroids.lon: is missing"]),
        (put("centroids/crs", "EPSG:32648"), ["centroids.crs: is `EPSG:32648`; accepted: WGS 84 in degrees"]),
        (replace("units", 3.5), ["hazard.units: "]),
    ]
    for i, (change, says) in enumerate(cases):
        made = hazard(f"{HOME}/bad.h5", change=change)
        if says is None:
            command("scenario", "import", "climada", made, "--sites", PLACES)
        else:
            refused("scenario", "import", "climada", made, "--sites", PLACES, says=["bad.h5: ", *says])
    refused("scenario", "import", "climada", hazard(f"{HOME}/bad.h5", frame, points=False), "--sites", PLACES,
            says=["centroids.geometry: is pickled", "CLIMADA 5.0"])
    projected = 'PROJCRS["WGS 84 / UTM zone 48N",BASEGEOGCRS["WGS 84",ID["EPSG",4326]]]'
    refused("scenario", "import", "climada", hazard(f"{HOME}/bad.h5", frame, crs=projected), "--sites", PLACES,
            says=["centroids.crs: is `", "accepted: WGS 84"])
    refused("scenario", "import", "climada", PLACES, "--sites", PLACES, says=["sites.csv: is not an HDF5 file"])


def test_sites_are_refused_with_their_line():
    for text, says in [("id,lat\na,1\n", ["no column `lon`", "its columns are `id`, `lat`"]),
                       ("id,lat,lon\na,1,2\n,1,2\n", ["line 3, column `id`: is empty"]),
                       ("id,lat,lon\na,91,2\n", ["line 2, column `lat`: `91` stands there", "-90"]),
                       ("id,lat,lon\na,1,E2\n", ["line 2, column `lon`: `E2`"]),
                       ("id,lat,lon\na,1,2\nb,1,2\na,1,2\n", ["lines 2 and 4: two sites have the id `a`"]),
                       ("id,lat,lon\na,0,0\nb,1,1\n", ["no site lies within 20 km", "the nearest, `b`"])]:
        sites = write_text(f"{HOME}/bad.csv", text)
        refused("scenario", "import", "climada", HAZARD, "--sites", sites, says=["bad.csv: ", *says])


def test_files_cut_short_are_refused():
    # Bytes changed at random are another matter: HDF5 1.10 itself may crash on texts of variable length.
    with open(HAZARD, "rb") as file:
        good = file.read()
    for length in range(0, len(good), 331):
        with open(f"{HOME}/short.h5", "wb") as file:
            file.write(good[:length])
        refused("scenario", "import", "climada", f"{HOME}/short.h5", "--sites", PLACES, says=["short.h5: "])


# ---- Oasis ----

FOOTPRINT = """event_id,areaperil_id,intensity_bin_id,probability
1,10,1,0.25
1,10,2,0.75
1,11,2,1
2,10,1,1.0
3,12,1,1
9,10,1,1
"""
OCCURRENCE = "event_id,period_no,occ_date_id\n1,1,100\n2,3,200\n1,7,300\n3,2,1\n4,5,9\n"
INTENSITY_BINS = "bin_index,bin_from,bin_to,interpolation,damage_type\n1,0,1,0.5,1202\n2,1,3,2,1202\n"
# vulnerability 5: bin 1 gives 0.8 * 0 + 0.2 * 0.5 = 0.1; bin 2 gives 0.4 * 0 + 0.5 * 0.5 + 0.1 * 1 = 0.35
VULNERABILITY = """vulnerability_id,intensity_bin_id,damage_bin_id,probability
5,1,1,0.8
5,1,2,0.2
5,2,1,0.4
5,2,2,0.5
5,2,3,0.1
6,1,1,0.3
"""
DAMAGE_BINS = "bin_index,bin_from,bin_to,interpolation,damage_type\n1,0,0,0,0\n2,0,1,0.5,0\n3,1,1,1,0\n"
KEYS = "areaperil_id,place\n10,500153\n11,500105\n10,500153001\n13,500999\n"
TABLES = {"footprint": FOOTPRINT, "occurrence": OCCURRENCE, "intensity-bins": INTENSITY_BINS,
          "vulnerability": VULNERABILITY, "damage-bins": DAMAGE_BINS, "keys": KEYS}


def tables(where, **changed):
    """Writes the tables; returns options by name."""
    os.makedirs(where, exist_ok=True)
    return {name: [f"--{name}", write_text(f"{where}/{name}.csv", changed.get(name.replace("-", "_"), text))]
            for name, text in TABLES.items()}


def damage(where, *more, **changed):
    made = tables(where, **changed)
    return ["scenario", "import", "oasis", *made["footprint"], *made["occurrence"], "--periods", 10,
            *made["vulnerability"], "--vulnerability-id", 5, *made["damage-bins"], *made["keys"], *more]


def test_mean_damage_is_what_the_hand_works_out():
    out = f"{HOME}/damage.csv"
    _, said = command(*damage(f"{HOME}/oasis", "-o", out))
    rows = read(out)
    got = {(row["event"], row["place"]): float(row["intensity"]) for row in rows}
    mean = 0.25 * 0.1 + 0.75 * 0.35  # event 1 at areaperil 10
    expected = {("1", "500105"): 0.35, ("1", "500153"): mean, ("1", "500153001"): mean, ("1", "500999"): 0,
                ("2", "500153"): 0.1, ("2", "500153001"): 0.1}
    assert got.keys() == expected.keys() and all(abs(got[key] - expected[key]) < 1e-15 for key in got), got
    assert {row["event"]: row["rate"] for row in rows} == {"1": "0.2", "2": "0.1"}
    assert {row["unit"] for row in rows} == {"mean damage ratio (vulnerability 5)"}
    for words in ("events with a rate: 4", "rows taken: 4", "rows of events without a rate: 1",
                  "rows of areaperils without a place: 1", "the mean damage ratio of vulnerability 5",
                  "events that touch no place: 2 (0.2 a year)", "2 events, 0.3 a year, at 4 places; 5 intensities"):
        assert words in said, (words, said)


def test_intensities_are_those_of_certain_bins():
    made = tables(f"{HOME}/oasis")
    base = ["scenario", "import", "oasis", *made["footprint"], *made["intensity-bins"], "--events",
            write_text(f"{HOME}/rates.csv", "event_id,rate\n1,0.5\n2,1e-2\n3,0\n")]
    out = f"{HOME}/intensity.csv"
    refused(*base, "-o", out, says=["footprint.csv: line 2: event `1` may have 2 intensity bins at areaperil `10`",
                                    "--mean-intensity"])
    assert not os.path.exists(out)
    _, said = command(*base, "--mean-intensity", "-o", out)
    assert values(out) == {("1", "10"): 0.25 * 0.5 + 0.75 * 2, ("1", "11"): 2, ("2", "10"): 0.5, ("3", "12"): 0.5}
    assert "means of several bins: 1" in said and "places: the areaperil_id" in said
    certain = FOOTPRINT.replace("1,10,1,0.25\n1,10,2,0.75\n", "1,10,1,0\n1,10,2,1\n")
    write_text(made["footprint"][1], certain)
    command(*base, "-o", out)
    assert values(out)["1", "10"] == 2


def test_the_order_of_rows_leaves_no_trace():
    plain, other = f"{HOME}/plain_damage.csv", f"{HOME}/other_damage.csv"
    many = FOOTPRINT.splitlines(keepends=True)[:1] + [
        f"{e},{a},{b},{p}\n" for e in range(1, 5) for a in (10, 11) for b, p in ((1, 0.3), (2, 0.7))]
    command(*damage(f"{HOME}/order", "-o", plain, footprint="".join(many)))
    drop = lambda path: [{k: row[k] for k in row if k != "source"} for row in read(path)]
    for seed in range(5):
        dice, changed = random.Random(seed), {}
        for name, text in {**TABLES, "footprint": "".join(many)}.items():
            head, *rows = text.splitlines(keepends=True)
            dice.shuffle(rows)
            changed[name.replace("-", "_")] = head + "".join(rows)
        command(*damage(f"{HOME}/order", "-o", other, **changed))
        assert drop(other) == drop(plain)


def test_faults_of_tables_are_named():
    cases = [
        ({"footprint": FOOTPRINT.replace("0.75", "0.7")},
         ["footprint.csv: event `1`, areaperil `10`: the probabilities from line 2 on add up to 0.95; accepted: 1"]),
        ({"footprint": FOOTPRINT + "1,10,1,0.25\n"}, ["lines 2 and 8 are about one bin, `1`"]),
        ({"footprint": FOOTPRINT.replace("1,11,2,1", "1,11,3,1")},
         ["footprint.csv: line 4, column `intensity_bin_id`: `3` stands there; accepted: a bin that ",
          "vulnerability.csv has for vulnerability 5"]),
        ({"footprint": FOOTPRINT.replace("1,11,2,1", "1,11,2,1.5")}, ["line 4, column `probability`: `1.5`"]),
        ({"footprint": "event,areaperil_id,intensity_bin_id,probability\n1,1,1,1\n"}, ["no column `event_id`"]),
        ({"vulnerability": VULNERABILITY.replace("5,1,1,0.8", "5,1,1,0.9")},
         ["vulnerability.csv: intensity bin `1`: the probabilities from line 2 on add up to 1.1"]),
        ({"vulnerability": VULNERABILITY.replace("5,1,2,", "5,1,8,")}, ["line 3, column `damage_bin_id`: `8`"]),
        ({"vulnerability": VULNERABILITY.replace("\n5,", "\n7,")}, ["there is no vulnerability_id `5`", "7, 6"]),
        ({"damage_bins": DAMAGE_BINS.replace("3,1,1,1,0", "3,1,1,1,2")},
         ["damage-bins.csv: line 4, column `damage_type`: `2` stands there; accepted: 0 or 1"]),
        ({"damage_bins": DAMAGE_BINS.replace("0.5", "1.5")}, ["line 3, column `interpolation`: `1.5`", "ratio"]),
        ({"damage_bins": DAMAGE_BINS + "2,0,1,0.5,0\n"}, ["lines 3 and 5: both are about bin_index `2`"]),
        ({"occurrence": OCCURRENCE + "1,11,1\n"}, ["occurrence.csv: line 7, column `period_no`: `11`", "--periods"]),
        ({"keys": KEYS + "11,500153\n"}, ["keys.csv: lines 2 and 6: `500153` has the areaperils `10` and `11`"]),
        ({"keys": "areaperil_id,place\n99,x\n"}, ["footprint.csv: none of its rows"]),
    ]
    for changed, says in cases:
        refused(*damage(f"{HOME}/faults", **changed), says=says)


def test_a_vulnerability_may_be_the_only_one():
    made = tables(f"{HOME}/only")
    words = ["scenario", "import", "oasis", *made["footprint"], *made["occurrence"], "--periods", 10, *made["vulnerability"],
             *made["damage-bins"]]
    refused(*words, says=["holds 2 vulnerabilities; --vulnerability-id says which is meant; it has 5, 6"])
    write_text(made["vulnerability"][1], VULNERABILITY.replace("6,1,1,0.3\n", ""))
    command(*words)


def test_command_lines_that_do_not_go_together():
    made = tables(f"{HOME}/line")
    foot, bins = made["footprint"], made["intensity-bins"]
    for words, says in [
            ([], "--footprint FILE.csv"), (foot, "rates come either from --events"),
            ([*foot, *made["occurrence"], *bins], "belong together"),
            ([*foot, "--events", "e.csv", "--periods", 3, *bins], "belong together"),
            ([*foot, "--events", "e.csv"], "give one of the two"),
            ([*foot, "--events", "e.csv", *bins, *made["vulnerability"]], "give one of the two"),
            ([*foot, "--events", "e.csv", *made["vulnerability"]], "belong together"),
            ([*foot, "--events", "e.csv", *bins, "--vulnerability-id", 1], "needs --vulnerability"),
            ([*foot, "--events", "e.csv", *bins, "--place-column", "x"], "needs --keys"),
            (["x.csv", *foot], "'x.csv' belongs to no option"), ([*foot, "--keyz", "x"], "--keys")]:
        refused("scenario", "import", "oasis", *words, expect=2, says=[says])
    refused("scenario", "import", "climada", HAZARD, expect=2, says=["--sites SITES.csv"])
    refused("scenario", "import", "climada", HAZARD, "--sites", PLACES, "--max-km", "far", expect=2, says=["--max-km", "far"])
    refused("scenario", "import", "katrina", expect=2, says=["ngfs, climada and oasis"])
    refused("scenario", "import", expect=2, says=["ngfs, climada and oasis"])


def test_only_our_own_file_is_replaced():
    out = write_text(f"{HOME}/mine.csv", "event,rate\n")
    refused("scenario", "import", "climada", HAZARD, "--sites", PLACES, "-o", out, expect=2,
            says=["mine.csv: stands there already", "never replaced"])
    with open(out, encoding="utf-8") as file:
        assert file.read() == "event,rate\n"
    ours = f"{HOME}/ours.csv"
    for _ in range(2):
        command("scenario", "import", "climada", HAZARD, "--sites", PLACES, "-o", ours)
    refused("scenario", "import", "climada", HAZARD, "--sites", PLACES, "-o", f"{HOME}/sites.csv/x.csv", expect=1)


def test_the_screen_speaks_chinese():
    _, said = command("scenario", "import", "climada", HAZARD, "--sites", PLACES, "--lang", "zh")
    assert "灾种 RF" in said and "5 个地点" in said and "每年 0.12 次" in said
    _, said = command(*damage(f"{HOME}/oasis", "--lang", "zh"))
    assert "易损性 5 的平均损失率" in said


run_all(globals())
