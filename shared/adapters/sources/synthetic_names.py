"""The made-up teams and names of the synthetic league. None of them is a real team or player."""

from typing import Final

TEAMS: Final[dict[str, str]] = {
    "ALB": "Albany Anchors",
    "ANC": "Anchorage Auroras",
    "AUS": "Austin Armadillos",
    "BAL": "Baltimore Beacons",
    "BIR": "Birmingham Forge",
    "BOI": "Boise Bighorns",
    "BUF": "Buffalo Blizzard",
    "CIN": "Cincinnati Comets",
    "COL": "Columbus Captains",
    "DSM": "Des Moines Drovers",
    "ELP": "El Paso Vaqueros",
    "FRE": "Fresno Falcons",
    "HAR": "Hartford Harbors",
    "HON": "Honolulu Tides",
    "JAX": "Jacksonville Jesters",
    "KAN": "Kansas City Monarchs",
    "LOU": "Louisville Lanterns",
    "MON": "Montréal Étoiles",
    "NAS": "Nashville Notes",
    "NOR": "Norfolk Navigators",
    "OMA": "Omaha Outriders",
    "PIT": "Pittsburgh Rivets",
    "PRO": "Providence Pilgrims",
    "RAL": "Raleigh Redbirds",
    "REN": "Reno Rattlers",
    "RIC": "Richmond Ravens",
    "SDG": "San Diego Surf",
    "SEA": "Seattle Cascades",
    "TUC": "Tucson Saguaros",
    "VAN": "Vancouver Voyagers",
}
"""Team codes and names, in the order in which smaller leagues take them."""

FIRST_NAMES: Final = (
    *("Abel", "Aldo", "Amari", "Anton", "Bastien", "Benoît", "Caleb", "Cosmo", "Dario", "Desmond", "Dragan"),
    *("Elias", "Emeka", "Ezra", "Fabian", "Felipe", "Gareth", "Goran", "Hakeem", "Hugo", "Idris", "Ignacio"),
    *("Ivo", "Jabari", "Jérôme", "Jonas", "Kofi", "Lamine", "Leander", "Linus", "Mateo", "Milo", "Nikolaj"),
    *("Obi", "Omar", "Orson", "Pascal", "Quincy", "Rafael", "Rémy", "Rufus", "Samir", "Søren", "Tobias"),
    *("Ulysses", "Vasco", "Wendell", "Xavi", "Yannick", "Zeno"),
)

LAST_NAMES: Final = (
    *("Abernethy", "Adeyinka", "Albrecht", "Ashgrove", "Balogh", "Barrowman", "Belcourt", "Blackwater"),
    *("Bogdanic", "Brightwell", "Calloway", "Castellan", "Čermák", "Coldstream", "Dalgaard", "Delacroix"),
    *("Dunmore", "Eastlake", "Ellingham", "Fairweather", "Fenwick", "Ferreiro", "Galloway", "Grünfeld"),
    *("Halvorsen", "Hawksmoor", "Holloway", "Ibekwe", "Ivarsson", "Jankovits", "Kallio", "Kestrel"),
    *("Kovalenko", "Lachance", "Lindqvist", "Lockhart", "Makinde", "Marchetti", "Merriweather", "Mbeki-Roux"),
    *("Nakamura", "Northcott", "Novotný", "O'Dell", "Okonjo", "Oyelaran", "Palmgren", "Penhallow"),
    *("Quarrie", "Radcliffe", "Ravenscroft", "Rosenthal", "Saintclair", "Sandoval", "Šarić-Holt", "Silverton"),
    *("Stavros", "Stonebridge", "Tarkington", "Thorvald", "Ugarte", "Valderrama", "Vandermeer", "Wexford"),
    *("Whitlock", "Winterbourne", "Yarborough", "Yildirim", "Zabala", "Zielinski", "Zorilla"),
)


def full_name(position: int) -> str:
    """Return the name of the player at `position`, from 0; no two positions below 3,550 share one."""
    # Both lists are walked at once: their lengths (50 and 71) have no common divisor, so all pairs are visited.
    return f"{FIRST_NAMES[position % len(FIRST_NAMES)]} {LAST_NAMES[position % len(LAST_NAMES)]}"
