"""Static files get hashed names although source maps are left out."""

from __future__ import annotations

from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from portal.ui.storage import HashedFiles


def test_a_style_sheet_that_names_a_missing_map_is_collected(tmp_path: Path) -> None:
    storage = HashedFiles(location=str(tmp_path), base_url="/static/")
    source = FileSystemStorage(location=str(tmp_path))
    source.save("kit.css", ContentFile("a { background: url(mark.svg) }\n/*# sourceMappingURL=kit.css.map */\n"))
    source.save("kit.js", ContentFile("1;\n//# sourceMappingURL=kit.js.map\n"))
    source.save("mark.svg", ContentFile("<svg/>"))
    found = list(storage.post_process({name: (source, name) for name in ("kit.css", "kit.js", "mark.svg")}))
    assert [result for _name, _hashed, result in found if isinstance(result, Exception)] == []
    hashed = {name: new for name, new, _processed in found}
    assert hashed["mark.svg"] in (tmp_path / hashed["kit.css"]).read_text()
