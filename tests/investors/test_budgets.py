"""Saving an investor costs a bounded number of statements."""

from __future__ import annotations

from tests.counting import counting
from tests.factories.identity import send
from tests.investors.conftest import Office


def test_a_new_investor_and_a_correction_keep_to_the_budget_of_a_write(office: Office) -> None:
    client = office.client()
    form = {
        "kind": "company",
        "name": "桐乡蓝染纺织有限公司",
        "home": "浙江桐乡",
        "tags": "纺织、出口",
        "former_names": "蓝染厂",
    }
    with counting(office.database) as adding:
        here = send(client, "/investors/new", **form).headers["location"]
    with counting(office.database) as correcting:
        assert send(client, f"{here}/edit", **form, note="又核对过", version="1").status_code == 303
    assert len(adding) <= 18, "\n".join(adding)
    assert len(correcting) <= 18, "\n".join(correcting)
