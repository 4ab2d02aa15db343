"""A small company server to look things up in, for `desk up` and tests; docs/connector.md documents its shape.

What it answers follows from the order number alone: one ending in 7 contradicts the customer (cancelled, returned),
one ending in 9 fails with 503, one beginning with X is unknown, any other is an ordinary order.
"""

from typing import Any

from fastapi import FastAPI, HTTPException

PRODUCTS = ("燃气热水器 12L", "空调 1.5匹", "滚筒洗衣机 10kg", "电饭煲 4L")


def create_app() -> FastAPI:
    """The server."""
    app = FastAPI(title="Demo company records", docs_url=None, redoc_url=None)
    @app.get("/")
    async def doors() -> dict[str, str]:
        return {"orders": "/orders/{number}", "logistics": "/logistics/{number}", "services": "/services/{number}"}

    for part, record in (("orders", _order), ("logistics", _logistics), ("services", _service)):
        app.get(f"/{part}/{{number}}")(_answering(record))
    return app


def _answering(record: Any) -> Any:
    async def answer(number: str) -> dict[str, Any]:
        if number.upper().startswith("X"):
            raise HTTPException(404)
        if number.endswith("9"):
            raise HTTPException(503)
        made: dict[str, Any] = record(number)
        return made

    return answer


def _order(number: str) -> dict[str, Any]:
    product = PRODUCTS[sum(number.encode()) % len(PRODUCTS)]
    status = "cancelled" if number.endswith("7") else "delivered"
    return {"number": number, "product": product, "status": status, "paid": "1299.00"}


def _logistics(number: str) -> dict[str, Any]:
    status = "returned" if number.endswith("7") else "delivered"
    return {"number": number, "carrier": "顺达物流", "status": status}


def _service(number: str) -> dict[str, Any]:
    return {"number": number, "visits": 1, "last": "安装调试"}
