"""Small charts as SVG drawn on the server: they print, need no script, and carry no style.

Each has a title and a description for those who do not see it, takes the width it is given, and
keeps its lettering at reading size whatever that width is: horizontal places are percentages of
the frame and only the lines are stretched. Colours come from the style sheet by class.
"""

from simpul.web.charts.bars import Bar, Part, bars, split
from simpul.web.charts.maps import MapArea, Marker, city_map
from simpul.web.charts.rings import progress, ring
from simpul.web.charts.tracks import Point, sparkline, track

__all__ = [
    "Bar",
    "MapArea",
    "Marker",
    "Part",
    "Point",
    "bars",
    "city_map",
    "progress",
    "ring",
    "sparkline",
    "split",
    "track",
]
