"""The product as it runs at a large place: replicas behind one address, under load and under faults."""
