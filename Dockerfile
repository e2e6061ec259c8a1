# The proposal as a service: `docker build -t image-roi .`, then `docker compose up`. Nothing in it writes but to /tmp.
FROM python:3.11-slim-bookworm

RUN apt-get update \
 && apt-get install -y --no-install-recommends libreoffice-calc fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*

RUN useradd --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin roi
WORKDIR /srv/image-roi
COPY pyproject.toml README.md LICENSE app.py ./
COPY .streamlit .streamlit
COPY bench bench
COPY roi roi
COPY templates templates
COPY tests/constraints.txt constraints.txt
RUN pip install --no-cache-dir -c constraints.txt ".[app]"

USER 10001
ENV HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    STREAMLIT_SERVER_HEADLESS=true \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:8501/' + os.environ.get('STREAMLIT_SERVER_BASE_URL_PATH', '').strip('/') + '/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "app.py"]
