"""What a page's head asks for in advance."""

from paas.web.modules import imported


def test_modules_are_found_at_any_depth_each_once(tmp_path):
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nimport {\n  c,\n} from "./deep/c.js";\n')
    (tmp_path / "b.js").write_text(
        'import "./deep/c.js";\nexport { x } from "./x.js";\nexport const text = "./not.js";\n'
    )
    (tmp_path / "x.js").write_text("")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "c.js").write_text('import { a } from "../a.js";\nimport("./later.js");\n')
    names = [str(path.relative_to(tmp_path)) for path in imported(tmp_path / "a.js")]
    assert names == ["a.js", "b.js", "deep/c.js", "x.js"]


def test_missing_module_is_left_out(tmp_path):
    assert imported(tmp_path / "none.js") == []
