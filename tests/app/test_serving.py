"""How the application is served: to this machine alone, and silently."""

import socket
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest

from tests.app.visitor import Visitor


def test_the_server_listens_on_the_loopback_address_alone(address: str) -> None:
    """A server that listens everywhere answers at 127.0.0.2 too."""
    port = urlsplit(address).port
    assert port is not None
    with socket.create_connection(("localhost", port), timeout=5):
        pass
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.2", port), timeout=2):
        pass


def test_an_upload_without_the_visits_token_is_refused(address: str) -> None:
    request = urllib.request.Request(f"{address}/_stcore/upload_file/x/y", data=b"x", method="PUT")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=5)
    refused.value.close()
    assert refused.value.code == 403


def test_the_page_offers_no_developers_menu(visitor: Visitor) -> None:
    visitor.page.get_by_test_id("stMainMenu").click()
    menu = visitor.page.get_by_test_id("stMainMenuPopover")
    assert "Clear cache" not in menu.inner_text()
    assert "Deploy" not in visitor.page.content()
