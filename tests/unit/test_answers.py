"""What expressions answer a caller with, in code that is marked `# is STATUS form`: the value of `it = ...`."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from errlint.semantics.answers import Answer, Answers, By
from errlint.semantics.project import Project
from errlint.settings import Settings
from errlint.source import regions
from errlint.source.outline import Unit
from errlint.syntax.enclosing import Enclosing
from tests.unit.test_project import opened, write

HEADER = """
import http
from http import HTTPStatus
import falcon
import flask
import grpc
from aiohttp import web
from django.http import Http404, HttpResponseServerError, JsonResponse
from fastapi import HTTPException, status
from fastapi.responses import JSONResponse
from flask import abort as fail, jsonify
from rest_framework.exceptions import APIException, NotFound
from rest_framework.response import Response
import tornado.web
from werkzeug.exceptions import InternalServerError

GONE = 410
code = compute()

class Busy(APIException):
    status_code = 503

class Full(HTTPException):
    def __init__(self, detail):
        super().__init__(status_code=507, detail=detail)

class Vague(HTTPException):
    pass

class Missing(NotFound):
    pass

class Page(tornado.web.HTTPError):
    pass

class Own(tornado.web.HTTPError):
    def __init__(self, text):
        super().__init__(*status_of(text))

class DomainError(Exception):
    status_code = 404

"""

ANSWERS = {
    "HTTPException(404)": "404 EXCEPTION",
    "HTTPException(status_code=500, detail='x')": "500 EXCEPTION",
    "HTTPException(status_code=status.HTTP_502_BAD_GATEWAY)": "502 EXCEPTION",
    "HTTPException(HTTPStatus.CONFLICT)": "409 EXCEPTION",
    "HTTPException(http.HTTPStatus.CONFLICT.value)": "409 EXCEPTION",
    "HTTPException(GONE)": "410 EXCEPTION",
    "HTTPException(code)": "None EXCEPTION",
    "HTTPException(*arguments)": "None EXCEPTION",
    "Vague(422)": "422 EXCEPTION",
    "Full('x')": "507 EXCEPTION",
    "Busy()": "503 EXCEPTION",
    "Busy": "503 EXCEPTION",
    "Missing": "404 EXCEPTION",
    "Page(400, 'x')": "400 EXCEPTION",
    "Page()": "500 EXCEPTION",
    "Own('x')": "None EXCEPTION",
    "tornado.web.HTTPError(404)": "404 EXCEPTION",
    "Http404('x')": "404 EXCEPTION",
    "web.HTTPNotFound()": "404 EXCEPTION",
    "web.HTTPServerError": "None EXCEPTION",
    "InternalServerError()": "500 EXCEPTION",
    "APIException('x')": "500 EXCEPTION",
    "falcon.HTTPNotFound()": "404 EXCEPTION",
    "fail(403)": "403 ABORT",
    "flask.abort(500)": "500 ABORT",
    "flask.abort": "nothing",
    "JSONResponse({'x': 1}, status_code=500)": "500 RESPONSE",
    "JSONResponse({'x': 1}, 503)": "503 RESPONSE",
    "JSONResponse({'x': 1})": "200 RESPONSE",
    "JsonResponse({'x': 1}, status=500)": "500 RESPONSE",
    "HttpResponseServerError()": "500 RESPONSE",
    "Response({'x': 1}, status=status.HTTP_500_INTERNAL_SERVER_ERROR)": "500 RESPONSE",
    "jsonify(error='x')": "200 RESPONSE",
    "flask.make_response('x', 500)": "500 RESPONSE",
    "web.json_response({}, status=code)": "None RESPONSE",
    "(jsonify(error='x'), 500)": "500 TUPLE",
    "({'error': 'x'}, HTTPStatus.BAD_REQUEST)": "400 TUPLE",
    "({'error': 'x'}, 500, {'X': '1'})": "500 TUPLE",
    "{'statusCode': 500, 'body': 'x'}": "500 MAPPING",
    "{'body': 'x', 'statusCode': HTTPStatus.CONFLICT}": "409 MAPPING",
    "{'statusCode': code}": "None MAPPING",
    "{**it, 'body': 'x'}": "nothing",
    "('width', 50)": "nothing",
    "context.abort(grpc.StatusCode.INTERNAL, 'x')": "500 ABORT",
    "context.abort(grpc.StatusCode.NOT_FOUND, 'x')": "404 ABORT",
    "context.set_code(grpc.StatusCode.UNAVAILABLE)": "503 RESPONSE",
    "context.abort(500)": "nothing",
    "{'status': 502}": "nothing",
    "('x', code)": "nothing",
    "DomainError()": "nothing",
    "ValueError('x')": "nothing",
    "500": "nothing",
}


@pytest.mark.parametrize("code", ANSWERS)
def test_what_an_expression_answers_with(tmp_path: Path, code: str) -> None:
    write(tmp_path, {"app.py": f"{HEADER}it = {code}\n"})
    module = opened(Project(Settings(root=tmp_path), files=[]), tmp_path, "app.py", Settings(root=tmp_path))
    last: Unit = module.outline.units[-1]
    region = regions.parse(module.source, module.outline, last)
    around = Enclosing(region.walked, region.definitions, region.owner)
    line = region.statements[-1]
    assert isinstance(line, cst.SimpleStatementLine)
    assert isinstance(line.body[0], cst.Assign)
    answer = Answers(module, around).answer(line.body[0].value)
    assert ("nothing" if answer is None else f"{answer.status} {answer.by.name}") == ANSWERS[code]


@pytest.mark.parametrize(
    ("status", "failure", "refusal"),
    [
        (500, True, False),
        (599, True, False),
        (400, False, True),
        (404, False, True),
        (302, False, False),
        (None, False, False),
    ],
)
def test_a_failure_is_ours_and_a_refusal_is_the_caller_s(status: int | None, failure: bool, refusal: bool) -> None:
    answer = Answer(By.TUPLE, "", status, None)
    assert (answer.is_failure, answer.is_refusal) == (failure, refusal)


STATEMENTS = {
    "raise HTTPException(500)": "500",
    "raise ValueError('x')": "nothing",
    "raise": "nothing",
    "return JSONResponse({}, 500)": "500",
    "return 'x', 404": "404",
    "return": "nothing",
    "fail(500)": "500",
    "HTTPException(500)": "nothing",
    "JSONResponse({}, 500)": "nothing",
    "resp.status = falcon.HTTP_503": "503",
    "resp.status = '503 Service Unavailable'": "503",
    "response.status_code = 500": "500",
    "other.status = 500": "nothing",
    "self.status = 500": "nothing",
    "resp.text = 'x'": "nothing",
    "self.set_status(500)": "500",
    "self.send_error()": "500",
    "await context.abort(grpc.StatusCode.UNKNOWN, 'x')": "500",
}
ANSWERING = f"""{HEADER}

class Shown(tornado.web.RequestHandler):
    async def get(self, resp, response):
        """


def _statement(root: Path, code: str) -> tuple[Answers, list[cst.CSTNode]]:
    """The simple statements of a method, and what reads their answers."""
    write(root, {"app.py": ANSWERING + code})
    module = opened(Project(Settings(root=root), files=[]), root, "app.py", Settings(root=root))
    region = regions.parse(module.source, module.outline, module.outline.units[-1])
    around = Enclosing(region.walked, region.definitions, region.owner)
    return Answers(module, around), [node for node in around.nodes if isinstance(node, cst.BaseSmallStatement)]


@pytest.mark.parametrize("code", STATEMENTS)
def test_what_a_statement_answers_with(tmp_path: Path, code: str) -> None:
    answers, found = _statement(tmp_path, code)
    answer = answers.given(found[-1])
    assert ("nothing" if answer is None else f"{answer.status}") == STATEMENTS[code]


@pytest.mark.parametrize(
    ("code", "together"),
    [
        ("resp.status = 500; resp.media = {}", True),
        ("resp.status = 500; resp.headers['x'] = 1", True),
        ("resp.status = 500; response.media = {}", False),
        ("self.set_status(500); self.write('x')", True),
        ("self.set_status(500); self.note('x')", False),
        ("self.set_status(500); self.failure = 'x'", False),
        ("context.set_code(grpc.StatusCode.INTERNAL); context.set_details('x')", True),
        ("context.set_code(grpc.StatusCode.INTERNAL); load()", False),
    ],
)
def test_what_goes_with_an_answer(tmp_path: Path, code: str, together: bool) -> None:
    answers, found = _statement(tmp_path, code)
    assert answers.goes_with(found[-1], found[-2]) is together
    assert answers.goes_with(found[-1], found[-1])
