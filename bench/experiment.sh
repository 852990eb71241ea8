#!/bin/sh
# The experiment of 2019 by hand: three pods that answer with their name, both Services, ten requests by curl to each,
# and how often each pod answered. Argument: a namespace, which is made and left. KUBECONFIG as kubectl takes it.
set -eu
namespace=$1
cubectl() { kubectl --namespace "$namespace" "$@"; }

kubectl create namespace "$namespace"
cubectl apply --filename - <<EOF
apiVersion: apps/v1
kind: Deployment
metadata: { name: nginx }
spec:
  replicas: 3
  selector: { matchLabels: { app: nginx } }
  template:
    metadata: { labels: { app: nginx } }
    spec:
      containers:
        - name: nginx
          image: traffic-split.lab/nginx-hostname:bookworm
          ports: [{ containerPort: 80 }]
---
apiVersion: v1
kind: Service
metadata: { name: nginxheadless }
spec: { clusterIP: None, selector: { app: nginx }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: nginxclusterip }
spec: { selector: { app: nginx }, ports: [{ port: 80 }] }
EOF
cubectl rollout status deployment/nginx --timeout 120s
cubectl apply --filename - <<'EOF'
apiVersion: batch/v1
kind: Job
metadata: { name: probe }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: curl
          image: traffic-split.lab/curl:bookworm
          command:
            - sh
            - -c
            - |
              for service in nginxheadless nginxclusterip; do
                  i=0
                  while [ $i -lt 10 ]; do
                      echo "$service $(curl --silent --show-error --max-time 10 http://$service/)"
                      i=$((i + 1))
                  done
              done
EOF
cubectl wait --for condition=complete job/probe --timeout 120s
cubectl logs job/probe | sort | uniq -c
