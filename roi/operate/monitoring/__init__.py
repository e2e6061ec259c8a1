"""The approved plan as rules and a dashboard for Prometheus and Grafana, over what `bench exporter` serves."""
