"""Writes .streamlit/config.toml from the tokens, so that Streamlit's own widgets wear the same colours.

python -m dashboard.parts.make_config
"""

from pathlib import Path

from dashboard.parts.tokens import COLOURS, FONT, MONO

PATH = Path(__file__).parents[2] / ".streamlit" / "config.toml"
LARGEST_UPLOAD = 10  # megabytes of one file, as models.document.actions.check_file allows

HEAD = f"""# Written by dashboard/parts/make_config.py from tokens.py. Do not edit by hand.
[browser]
gatherUsageStats = false

[server]
fileWatcherType = "none"
maxUploadSize = {LARGEST_UPLOAD}
enableStaticServing = false

[client]
toolbarMode = "minimal"
showErrorDetails = "none"

[runner]
# 12-28 times more reruns a second with many sessions
postScriptGC = false

[theme]
font = '{FONT}'
headingFont = '{FONT}'
codeFont = '{MONO}'
baseFontSize = 15
baseRadius = "6px"
buttonRadius = "6px"
showWidgetBorder = true
showSidebarBorder = true
linkUnderline = true
headingFontSizes = ["1.75rem", "1.3rem", "1.1rem", "1rem", "1rem", "1rem"]
headingFontWeights = [700, 700, 700, 700, 700, 700]
paddingTop = "1rem"
paddingBottom = "3rem"

"""
_FAMILIES = {"red": "red", "orange": "copper", "blue": "blue", "green": "green", "gray": "grey"}
_CHART = ("blue", "copper", "green", "red", "grey")


def config() -> str:
    """The whole file."""
    return HEAD + _theme("theme.light", dark=False) + "\n" + _theme("theme.dark", dark=True)


def _theme(name: str, *, dark: bool) -> str:
    c = {token: pair[dark] for token, pair in COLOURS.items()}
    keys = {
        "primaryColor": c["blue-fill"],
        "backgroundColor": c["ground"],
        "secondaryBackgroundColor": c["surface"],
        "textColor": c["ink"],
        "linkColor": c["blue"],
        "borderColor": c["edge"],
        "dataframeBorderColor": c["line"],
        "dataframeHeaderBackgroundColor": c["sunken"],
        "dataframeHeaderTextColor": c["ink-2"],
        "codeBackgroundColor": c["sunken"],
        "codeTextColor": c["ink"],
    }
    for family, token in _FAMILIES.items():
        keys |= {
            f"{family}Color": c[token],
            f"{family}BackgroundColor": c[token + "-tint"],
            f"{family}TextColor": c[token],
        }
    side = {"backgroundColor": c["surface"], "secondaryBackgroundColor": c["ground"], "borderColor": c["line"]}
    chart = ", ".join(f'"{c[token]}"' for token in _CHART)
    return f"[{name}]\n{_toml(keys)}chartCategoricalColors = [{chart}]\n\n[{name}.sidebar]\n{_toml(side)}"


def _toml(pairs: dict[str, str]) -> str:
    return "".join(f'{key} = "{value}"\n' for key, value in pairs.items())


if __name__ == "__main__":
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(config(), "utf-8")
